import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { ATTEMPT_DELAYS_SECONDS } from '../../src/jobs/webhooks/delivery-schedule.ts';
import { answers, startReceiver, type Behaviour } from './receiver.ts';
import { openStage, SECRET, until } from './sender-fixture.ts';

const hang: Behaviour = () => {};

test('the end of a job is told once, signed so that the official library accepts it with the old and the new secret', async (context) => {
  const stage = openStage(context, { start: Date.now() });
  const receiver = await startReceiver(answers(204));
  context.after(receiver.close);
  const newSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
  const sender = stage.startSender({ secrets: [newSecret, SECRET] });
  context.after(stage.jobs.watchEvents(() => sender.wake()));
  const id = await stage.endJob(receiver.url);
  await until(async () => (await stage.delivery(id)).delivery.state === 'delivered');
  const { delivery, attempts } = await stage.delivery(id);
  assert.deepEqual([attempts.length, delivery.lastStatus, delivery.lastError], [1, 204, null]);
  const [message] = receiver.received;
  assert.ok(message);
  for (const secret of [SECRET, newSecret]) {
    const body = new Webhook(secret).verify(message.body, message.headers as Record<string, string>);
    assert.deepEqual(body, { job: id, status: 'completed' });
  }
  assert.equal(message.headers['webhook-id'], delivery.id);
  assert.deepEqual([message.headers['content-type'], message.path], ['application/json', '/hook']);
  await stage.time.advance(30 * 3_600_000);
  assert.equal(receiver.received.length, 1);
});

test('a receiver that fails is called ten times at the times of the schedule, with one id, and then no more', async (context) => {
  const stage = openStage(context);
  const receiver = await startReceiver(answers(500));
  context.after(receiver.close);
  const id = await stage.endJob(receiver.url);
  stage.startSender();
  for (const [index, seconds] of ATTEMPT_DELAYS_SECONDS.entries()) {
    if (index > 0) {
      await stage.time.advance(seconds * 1000 - 1);
      assert.equal(receiver.received.length, index, `attempt ${index + 1} must not come early`);
      await stage.time.advance(1);
    }
    await until(async () => (await stage.delivery(id)).delivery.attempts === index + 1);
  }
  await stage.time.advance(100 * 3_600_000);
  const { delivery, attempts } = await stage.delivery(id);
  assert.deepEqual([delivery.state, receiver.received.length, attempts.length], ['failed', 10, 10]);
  assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
  const timestamps = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']));
  const gaps = timestamps.map((timestamp, index) => timestamp - (timestamps[index - 1] ?? timestamp));
  assert.deepEqual(gaps, [...ATTEMPT_DELAYS_SECONDS], 'each attempt is signed with its own time');
  assert.match(attempts[0]?.error ?? '', /status from 200 to 299; it was 500/);
});

test('Retry-After is honoured when it is longer than the schedule, 410 disables, a redirect is not followed', async (context) => {
  const stage = openStage(context);
  const elsewhere = await startReceiver(answers(200));
  const receiver = await startReceiver(
    answers(429, { 'retry-after': '60' }),
    answers(503, { 'retry-after': '1' }),
    answers(302, { location: elsewhere.url }),
    answers(307, { location: elsewhere.url }),
    answers(410),
  );
  context.after(receiver.close);
  context.after(elsewhere.close);
  const id = await stage.endJob(receiver.url);
  stage.startSender();
  const delays: (number | null)[] = [];
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await until(async () => (await stage.delivery(id)).delivery.attempts === attempt);
    delays.push(await stage.outbox.millisecondsUntilDue());
    await stage.time.advance(delays.at(-1) ?? 0);
  }
  assert.deepEqual(delays, [60_000, 300_000, 1_800_000, 7_200_000, null]);
  assert.equal((await stage.delivery(id)).delivery.state, 'disabled');
  assert.equal(elsewhere.received.length, 0);
  await stage.time.advance(100 * 3_600_000);
  assert.equal(receiver.received.length, 5);
});

test('one that hangs is given up after 15 seconds, one that breaks off or is not there at once', async (context) => {
  const stage = openStage(context);
  const receiver = await startReceiver(hang, (response) => response.destroy(), answers(200));
  context.after(receiver.close);
  const id = await stage.endJob(receiver.url);
  stage.startSender();
  await until(() => receiver.received.length === 1);
  await stage.time.advance(14_999);
  assert.equal((await stage.delivery(id)).attempts[0]?.error, null, 'still under way');
  await stage.time.advance(1);
  await until(async () => (await stage.delivery(id)).delivery.attempts === 1);
  await until(() => receiver.open() === 0);
  await stage.time.advance(5000);
  await until(async () => (await stage.delivery(id)).delivery.attempts === 2);
  await stage.time.advance(300_000);
  await until(async () => (await stage.delivery(id)).delivery.state === 'delivered');
  const { attempts } = await stage.delivery(id);
  assert.deepEqual(
    attempts.map(({ error, durationMilliseconds }) => [error, durationMilliseconds]),
    [
      ['A receiver must answer within 15 seconds.', 15_000],
      ['The connection was lost before the answer was complete.', 0],
      [null, 0],
    ],
  );

  const gone = await startReceiver(answers(200));
  await gone.close();
  const other = await stage.endJob(gone.url);
  await stage.time.advance(3_600_000);
  await until(async () => (await stage.delivery(other)).delivery.attempts > 0);
  assert.equal((await stage.delivery(other)).delivery.lastError, 'No connection could be made.');
});

test('an answer counts by its status: a huge body is not read, and one that never ends is not waited for', async (context) => {
  const stage = openStage(context);
  let sentBytes = 0;
  const huge: Behaviour = (response) => {
    response.writeHead(200);
    const write = (): void => {
      while (!response.destroyed) {
        sentBytes += 65_536;
        if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', write);
      }
    };
    write();
  };
  const receiver = await startReceiver(huge, (response) => void response.writeHead(200).write('x'));
  context.after(receiver.close);
  const first = await stage.endJob(receiver.url);
  stage.startSender();
  await until(async () => (await stage.delivery(first)).delivery.state === 'delivered');
  await until(() => receiver.open() === 0);
  assert.ok(sentBytes < 50 * 1024 * 1024, `${sentBytes} bytes were taken`);
  const second = await stage.endJob(receiver.url);
  await stage.time.advance(3_600_000);
  await until(() => receiver.received.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await stage.time.advance(15_000);
  await until(async () => (await stage.delivery(second)).delivery.state === 'delivered');
});

test('a host that hangs holds two of the four places, and others are served meanwhile', async (context) => {
  const stage = openStage(context);
  const hanging = await startReceiver(hang);
  const healthy = await startReceiver(answers(200));
  context.after(hanging.close);
  context.after(healthy.close);
  for (let job = 0; job < 8; job += 1) await stage.endJob(hanging.url);
  const others: string[] = [];
  for (let job = 0; job < 12; job += 1) others.push(await stage.endJob(`http://localhost:${healthy.port}/`));
  stage.startSender();
  await until(async () => {
    const states = await Promise.all(others.map(async (id) => (await stage.delivery(id)).delivery.state));
    return states.every((state) => state === 'delivered');
  });
  assert.equal(hanging.received.length, 2);
  assert.ok(healthy.mostOpen() <= 2, `${healthy.mostOpen()} calls at once to one host`);
  await stage.time.advance(15_000);
  await until(() => hanging.received.length === 4);
});

test('an attempt that a stop cuts off is recorded, uses up none of the ten, and is made again at the next start', async (context) => {
  const stage = openStage(context);
  const receiver = await startReceiver(hang, answers(200));
  context.after(receiver.close);
  const id = await stage.endJob(receiver.url);
  const sender = stage.startSender();
  await until(() => receiver.received.length === 1);
  await stage.stopNow(sender);
  const cut = await stage.delivery(id);
  assert.deepEqual([cut.delivery.state, cut.delivery.attempts], ['pending', 0]);
  assert.equal(cut.attempts[0]?.error, 'The server stopped before there was an answer.');
  assert.equal(stage.time.pendingTimers, 0, 'nothing is left running');
  stage.startSender();
  await until(async () => (await stage.delivery(id)).delivery.state === 'delivered');
  assert.deepEqual(
    (await stage.delivery(id)).attempts.map(({ number }) => number),
    [1, 2],
  );
});

test('a stop waits for the attempt that is about to succeed', async (context) => {
  const stage = openStage(context);
  let finish = (): void => {};
  const receiver = await startReceiver((response) => {
    finish = () => void response.writeHead(200).end();
  });
  context.after(receiver.close);
  const id = await stage.endJob(receiver.url);
  const sender = stage.startSender();
  await until(() => receiver.received.length === 1);
  const stopped = sender.stop({ graceMilliseconds: 20_000 });
  finish();
  await stopped;
  assert.equal((await stage.delivery(id)).delivery.state, 'delivered');
});

test('two senders over one journal deliver each message once', async (context) => {
  const stage = openStage(context);
  const receiver = await startReceiver(answers(200));
  context.after(receiver.close);
  const ids: string[] = [];
  for (let job = 0; job < 40; job += 1) ids.push(await stage.endJob(receiver.url));
  stage.startSender();
  stage.startSender();
  await until(async () => (await stage.outbox.millisecondsUntilDue()) === null);
  const seen = receiver.received.map(({ body }) => (JSON.parse(body) as { job: string }).job);
  assert.deepEqual(seen.toSorted(), ids.toSorted());
});

test('a journal that fails for a while is said once, and what waits is delivered afterwards', async (context) => {
  const stage = openStage(context);
  const receiver = await startReceiver(answers(200));
  context.after(receiver.close);
  const id = await stage.endJob(receiver.url);
  let failures = 3;
  stage.startSender({
    outbox: {
      ...stage.outbox,
      async millisecondsUntilDue() {
        if (failures-- > 0) throw new Error('disk');
        return stage.outbox.millisecondsUntilDue();
      },
    },
  });
  await stage.time.advance(4 * 3_600_000);
  await until(async () => (await stage.delivery(id)).delivery.state === 'delivered');
  assert.equal(stage.log.lines.filter(({ level }) => level === 'error').length, 1);
});
