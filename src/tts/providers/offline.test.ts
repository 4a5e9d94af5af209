import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AppError } from '../../core/errors.ts';
import { levelsDb } from '../../media/energy.ts';
import { durationSeconds } from '../../media/pcm.ts';
import { wordSpans } from '../../media/words.ts';
import type { Speech, VoiceChoice } from '../speech-provider.ts';
import { createOfflineProvider, type OfflineProvider } from './offline.ts';

const SENTENCES: Readonly<Record<string, string>> = {
  es: 'Bienvenidos al programa, hoy les presentamos la nueva plataforma de vídeo.',
  fr: "L'homme n'est pas aujourd'hui à l'école, c'est-à-dire qu'il travaille.",
  de: 'Über Äpfel 😀 spricht „Günther“ gern — oder etwa nicht?',
  it: "Benvenuti a tutti, oggi vi mostriamo com'è facile creare un video.",
  pt: 'Bem-vindos, hoje mostramos como é fácil criar um vídeo.',
  'pt-BR': 'Bem-vindos, hoje mostramos como é fácil criar um vídeo.',
  nl: 'Welkom bij ons programma, vandaag tonen we een nieuwe video.',
  pl: 'Witamy w naszym programie, dziś pokażemy nowy film.',
  ru: 'Добро пожаловать, сегодня мы покажем вам новое видео на iPhone.',
  tr: 'Hoş geldiniz, bugün size yeni bir video göstereceğiz.',
  hi: 'नमस्ते, आज हम आपको एक नया वीडियो दिखाएंगे।',
  ar: 'مرحبا بكم في البرنامج، اليوم سنعرض لكم فيديو جديدا.',
  zh: '今天天气很好，我们去公园制作一个新的视频。',
  ko: '안녕하세요, 오늘은 새로운 비디오를 보여 드리겠습니다.',
  ja: 'こんにちは、きょうは あたらしい ビデオを おみせします。',
  sv: 'Välkommen till programmet, i dag visar vi en ny film.',
  vi: 'Xin chào các bạn, hôm nay chúng tôi giới thiệu một video mới.',
};

let provider: OfflineProvider;
before(() => {
  provider = createOfflineProvider();
});
after(() => provider.close());

function speak(text: string, language: string, voice: Partial<VoiceChoice> = {}): Promise<Speech> {
  return provider.synthesize(
    { text, language, voice: { profile: 'default', style: 'neutral', seed: 1, ...voice } },
    { signal: new AbortController().signal },
  );
}

for (const [language, text] of Object.entries(SENTENCES)) {
  test(`it speaks ${language}, every word in its place`, async () => {
    const speech = await speak(text, language);
    const { words, phonemes } = speech.alignment ?? { words: [], phonemes: [] };
    assert.deepEqual(
      words.map(({ text: word, start, end }) => ({ text: word, start, end })),
      wordSpans(text, language),
    );
    const total = durationSeconds(speech.pcm);
    assert.ok(total > 1.5 && total < 8, `${total} s`);
    let reached = 0;
    for (const { startSeconds, endSeconds, text: word } of words) {
      assert.ok(
        startSeconds >= reached - 1e-9 && endSeconds - startSeconds > 0.02,
        `${word}: ${startSeconds}-${endSeconds}`,
      );
      reached = endSeconds;
    }
    reached = 0;
    for (const { startSeconds, endSeconds, phoneme } of phonemes) {
      assert.ok(Math.abs(startSeconds - reached) < 1e-9, `${phoneme} leaves no gap`);
      assert.match(phoneme, /^\p{Letter}+$/u);
      reached = endSeconds;
    }
    assert.ok(Math.abs(reached - total) < 0.001);
    const levels = levelsDb(speech.pcm);
    const loudest = Math.max(...levels);
    const silent = phonemes.filter(({ phoneme }) => phoneme === 'sil');
    for (const { startSeconds, endSeconds } of silent) {
      const inside = levels.subarray(Math.ceil(startSeconds * 100) + 2, Math.floor(endSeconds * 100) - 2);
      assert.ok(
        inside.every((level) => level < loudest - 15),
        `${language} is silent from ${startSeconds} to ${endSeconds}`,
      );
    }
  });
}

test('function words that eSpeak NG runs together each get their own time', async () => {
  const text = 'Es geht um die Sache und um das, was in der Tat an der Zeit ist.';
  const { alignment } = await speak(text, 'de');
  const longest = alignment?.words.reduce((a, b) =>
    b.endSeconds - b.startSeconds > a.endSeconds - a.startSeconds ? b : a,
  );
  assert.ok(['Sache', 'Zeit', 'Tat', 'geht', 'das', 'ist'].includes(longest?.text ?? ''), longest?.text);
  assert.ok(alignment?.words.every(({ startSeconds, endSeconds }) => endSeconds - startSeconds > 0.03));
});

test('the same foreign utterance gives the same speech, whatever was spoken between', async () => {
  const first = await speak('Guten Morgen, meine Damen und Herren.', 'de');
  await speak('Bonjour à tous.', 'fr');
  const second = await speak('Guten Morgen, meine Damen und Herren.', 'de');
  assert.equal(second.pcm.samples.length, first.pcm.samples.length);
  // Not deepEqual, which takes gigabytes to describe how two long recordings differ.
  assert.ok(second.pcm.samples.every((sample, index) => sample === first.pcm.samples[index]));
  assert.deepEqual(second.alignment, first.alignment);
});

test('kanji are refused, kana are spoken', async () => {
  await assert.rejects(
    speak('今日は良い天気です。', 'ja'),
    (error: unknown) => error instanceof AppError && error.kind === 'unsupported' && /kana/.test(error.message),
  );
});

test('it says when it can read a script only roughly', async () => {
  assert.match((await speak('สวัสดีครับ', 'th')).warnings.join(), /Thai/);
  assert.deepEqual((await speak('Guten Tag.', 'de')).warnings, []);
  assert.match((await speak('Hello Привет', 'en')).warnings.join(), /without an English pronunciation: 1/);
});

test('profiles are different voices, and styles differ in pace', async () => {
  for (const [text, language] of [
    ['Hello everybody, and welcome.', 'en'],
    ['Guten Tag und willkommen.', 'de'],
  ] as const) {
    const voices = await Promise.all(
      (['default', 'professional', 'casual'] as const).map((profile) => speak(text, language, { profile })),
    );
    assert.equal(new Set(voices.map((speech) => speech.providerMetadata['voice'])).size, 3);
    assert.equal(new Set(voices.map((speech) => Math.round(speech.pcm.samples[12_000]! * 1e6))).size, 3);
    const [excited, neutral, calm] = await Promise.all(
      (['excited', 'neutral', 'calm'] as const).map((style) => speak(text, language, { style })),
    );
    assert.ok(durationSeconds(excited!.pcm) < durationSeconds(neutral!.pcm));
    assert.ok(durationSeconds(neutral!.pcm) < durationSeconds(calm!.pcm));
  }
});

test('what is not a language tag is unsupported', async () => {
  for (const language of ['', 'not a tag', 'xx']) {
    await assert.rejects(
      speak('Hello.', language),
      (error: unknown) => error instanceof AppError && error.kind === 'unsupported',
    );
  }
});

test('the list of languages has the common ones', async () => {
  const languages = await provider.listLanguages({ signal: new AbortController().signal });
  for (const language of ['en', ...Object.keys(SENTENCES).map((tag) => tag.toLowerCase())]) {
    assert.ok(languages.includes(language), language);
  }
});
