import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../fixtures/chromium.ts';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';

const SCRIPT = 'Hello there. This page made me.';
/** How long something may take on a busy machine before it is taken for missing. */
const PATIENCE_MILLISECONDS = 120_000;
const WIDTHS = [1440, 768, 390, 360];

test('a person types a script on the first page, watches it being made, and plays the video', async (context) => {
  let browser: Browser;
  try {
    browser = await launchChromium();
  } catch (error) {
    context.skip(`Chromium cannot start here: ${(error as Error).message.split('\n')[0]}`);
    return;
  }
  await withTemporaryFolder(async (folder) => {
    const server = await startServerProcess({ dataFolder: join(folder, 'data') });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(PATIENCE_MILLISECONDS);
      const foreign: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(server.address)) foreign.push(request.url());
      });
      page.on('console', (message) => {
        // A refused request is in the console too; the page shows it to the user.
        if (message.type() === 'error' && !message.text().includes('422')) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.address);

      await context.test('what is missing is said beside the field, and the field has the focus', async () => {
        await page.getByRole('button', { name: 'Make video' }).click();
        await page.getByText('Write something to say first').waitFor();
        const script = page.getByLabel('Script', { exact: true });
        assert.equal(await script.getAttribute('aria-invalid'), 'true');
        assert.equal(await script.evaluate((element) => element === element.ownerDocument.activeElement), true);
        await script.fill('a'.repeat(3001));
        await page.keyboard.press('Control+Enter');
        await page.getByText('This is 1 character too long; at most 3,000.').waitFor();
        await assertFits(page, 'with an error');
      });

      await context.test('the script is measured while it is typed', async () => {
        await page.getByLabel('Script', { exact: true }).fill('👩‍👩‍👧‍👦 Grüße');
        await page.getByText('7 / 3,000 characters').waitFor();
        assert.equal(await page.locator('#script-error').isVisible(), false, 'the old error must go');
      });

      await context.test('the video is made, shown and played', async () => {
        await page.getByLabel('Script', { exact: true }).fill(SCRIPT);
        await page.keyboard.press('Control+Enter');
        await page.getByRole('progressbar').waitFor();
        await assertFits(page, 'in progress');
        await page.locator('video').waitFor();
        assert.match(await page.locator('.result-head h2').innerText(), /This page made me/);
        assert.match(
          await page.locator('.result-head .facts').innerText(),
          /English · 1920 × 1080 · Spoken by VibeVoice$/,
        );
        const played = await page.evaluate(playToTheEnd);
        assert.ok(played.durationSeconds > 1, `the video lasts ${played.durationSeconds} s`);
        assert.deepEqual([played.width, played.height], [1920, 1080]);
        assert.ok(played.cues > 0, 'the captions must load');
        await assertFits(page, 'finished');
      });

      await context.test('every file can be downloaded', async () => {
        for (const extension of ['mp4', 'srt', 'vtt', 'wav']) {
          const link = page.getByRole('link', { name: `Download ${extension.toUpperCase()}` });
          const response = await fetch(new URL((await link.getAttribute('href')) ?? '', server.address));
          assert.equal(response.status, 200, extension);
          assert.match(
            response.headers.get('content-disposition') ?? '',
            new RegExp(`^attachment; filename="vid_\\w+\\.${extension}"$`),
          );
          await response.body?.cancel();
        }
      });

      await context.test('a reload comes back to the video, and the list leads to it', async () => {
        await page.reload();
        await page.locator('video').waitFor();
        assert.equal(await page.getByLabel('Script', { exact: true }).inputValue(), SCRIPT, 'the script is kept');
        await page.getByRole('button', { name: 'Make another' }).click();
        await page.getByRole('img', { name: /Amara/ }).waitFor();
        await page.locator('.card').click();
        await page.locator('video').waitFor();
      });

      await context.test('a video can be cancelled while it is made, and goes on when it is retried', async () => {
        await page.getByRole('button', { name: 'Make another' }).click();
        await page.getByLabel('Script', { exact: true }).fill('This one is stopped on its way. Then it goes on.');
        await page.keyboard.press('Control+Enter');
        await page.getByRole('button', { name: 'Cancel' }).click();
        await page.getByText('Cancelled', { exact: true }).first().waitFor();
        await assertFits(page, 'cancelled');
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.locator('video').waitFor();
      });

      await context.test('nothing is asked of any other host, and nothing breaks the content security policy', () => {
        assert.deepEqual(foreign, []);
        assert.deepEqual(complaints, []);
      });
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});

/** At every width, nothing sticks out to the side. */
async function assertFits(page: Page, state: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const excess = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(excess, 0, `${state}, at ${width} pixels, the page is too wide`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Runs in the page: plays the last second and counts the captions. */
const playToTheEnd = `(async () => {
  const video = document.querySelector('video');
  const [track] = video.textTracks;
  track.mode = 'showing';
  video.muted = true;
  if (video.readyState < 1) await new Promise((resolve) => video.addEventListener('loadedmetadata', resolve));
  video.currentTime = Math.max(0, video.duration - 1);
  await video.play();
  await new Promise((resolve) => video.addEventListener('ended', resolve));
  return {
    durationSeconds: video.duration,
    width: video.videoWidth,
    height: video.videoHeight,
    cues: track.cues?.length ?? 0,
  };
})()` as unknown as () => Promise<{ durationSeconds: number; width: number; height: number; cues: number }>;
