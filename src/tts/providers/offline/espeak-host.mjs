// SPDX-License-Identifier: GPL-3.0-or-later
//
// A program of its own, started as a separate process: it speaks text with eSpeak NG, which is licensed under the GNU
// General Public License, version 3 or later; so is this file. Nothing imports it, and it imports nothing of the program
// that starts it. The two exchange text, samples and times over standard input and output.
//
// Requests, one JSON object a line:
//   {"operation":"voices"}
//   {"operation":"speak","voice":"gmw/de+f3","rate":160,"pitch":50,"range":50,"text":"..."}
//   {"operation":"sounds","voice":"gmw/de","texts":["...", "..."]}
// Answers, in the same order: two 32-bit little-endian lengths, then that many bytes of JSON, then of 16-bit samples.
//   {"ok":true, ...} or {"ok":false,"reason":"package_missing" | "voice_unknown" | "failed","message":"..."}

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const PACKAGE = '@echogarden/espeak-ng-emscripten';
const DATA_FILE = 'espeak-ng.data';
const VOICE_SET = 0;

// Setting a voice variant seeds eSpeak NG's random state with the time of day. For this process, which measures no time,
// it stands still, so that the same text gives the same samples tomorrow.
Date.now = () => 0;

let loading;

function load() {
  loading ??= (async () => {
    const program = new URL(import.meta.resolve(PACKAGE));
    const { default: createModule } = await import(program.href);
    const data = await readFile(new URL(DATA_FILE, program));
    const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    return { createModule, bytes };
  })();
  return loading;
}

async function createEngine() {
  const { createModule, bytes } = await load();
  // Whatever eSpeak NG prints must not get between the answers on standard output.
  const print = (line) => process.stderr.write(`${line}\n`);
  const module = await createModule({ getPreloadedPackage: () => bytes, print, printErr: print });
  return new module.eSpeakNGWorker();
}

// Breath noise and pitch flutter come from that random state, and each speech moves it on. Only a fresh engine gives the
// same text the same samples; one is made ahead of time, while the caller is busy with the last answer.
let spare;
let reusable;

async function takeFreshEngine() {
  const engine = await (spare ?? createEngine());
  spare = undefined;
  return engine;
}

function prepareSpare() {
  spare ??= createEngine();
  spare.catch(() => {
    spare = undefined;
  });
}

class VoiceUnknown extends Error {}

function setVoice(engine, voice) {
  if (engine.set_voice(voice) !== VOICE_SET) throw new VoiceUnknown(`eSpeak NG has no voice ${voice}`);
}

function synthesize(engine, text) {
  const chunks = [];
  const events = [];
  engine.synthesize(text, (samples, batch) => {
    if (samples.length > 0) chunks.push(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    for (const event of batch) {
      events.push({
        type: event.type,
        atMilliseconds: event.audio_position,
        textPosition: event.text_position,
        id: event.id,
      });
    }
    return false;
  });
  return { pcm: Buffer.concat(chunks), events };
}

async function speak(request) {
  const engine = await takeFreshEngine();
  setVoice(engine, request.voice);
  engine.set_rate(request.rate);
  engine.set_pitch(request.pitch);
  engine.set_range(request.range);
  const { pcm, events } = synthesize(engine, request.text);
  return { json: { ok: true, sampleRateHz: engine.get_samplerate(), events }, pcm };
}

async function sounds(request) {
  reusable ??= await createEngine();
  setVoice(reusable, request.voice);
  const lists = request.texts.map((text) =>
    synthesize(reusable, text)
      .events.filter((event) => event.type === 'phoneme')
      .map((event) => event.id),
  );
  return { json: { ok: true, sounds: lists } };
}

async function voices() {
  reusable ??= await createEngine();
  return { json: { ok: true, voices: reusable.list_voices() } };
}

const OPERATIONS = { speak, sounds, voices };

async function answer(line) {
  try {
    await load();
  } catch (error) {
    return { json: { ok: false, reason: 'package_missing', message: error.message } };
  }
  try {
    const request = JSON.parse(line);
    return await OPERATIONS[request.operation](request);
  } catch (error) {
    const reason = error instanceof VoiceUnknown ? 'voice_unknown' : 'failed';
    return { json: { ok: false, reason, message: error.message.slice(0, 200) } };
  }
}

function write({ json, pcm = Buffer.alloc(0) }) {
  const text = Buffer.from(JSON.stringify(json));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(pcm.length, 4);
  process.stdout.write(Buffer.concat([lengths, text, pcm]));
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(line);
  write(reply);
  if (reply.json.ok) prepareSpare();
}
