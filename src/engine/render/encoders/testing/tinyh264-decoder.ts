import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { splitNalUnits } from '../annex-b.ts';

/** What the decoder's Emscripten module offers; the package has no types. */
type TinyH264Module = {
  readonly HEAPU8: Uint8Array;
  _malloc(byteCount: number): number;
  _free(address: number): void;
  _h264bsdAlloc(): number;
  _h264bsdInit(storage: number, noOutputReordering: number): number;
  _h264bsdDecode(
    storage: number,
    data: number,
    byteCount: number,
    picture: number,
    width: number,
    height: number,
  ): number;
  _h264bsdShutdown(storage: number): void;
  _h264bsdFree(storage: number): void;
  getValue(address: number, type: 'i32'): number;
};

/** The only status that says anything: units that carry no slice answer 3 (error) even when they are accepted. */
const PICTURE_READY = 1;

/** A picture of the coded size, uncropped: I420 planes without padding, one after another. */
export type DecodedPicture = { readonly width: number; readonly height: number; readonly i420: Uint8Array };

/** Decodes Annex B access units. Throws with the unit's number when there is no picture for it. */
export type Decode = (accessUnits: readonly Uint8Array[]) => DecodedPicture[];

/** Loads tinyh264, a Baseline decoder that shares no code with ours. */
export async function openTinyH264(): Promise<Decode> {
  const decoder = await loadModule();
  return (accessUnits) => decode(decoder, accessUnits);
}

export async function decodeWithTinyH264(accessUnits: readonly Uint8Array[]): Promise<DecodedPicture[]> {
  return decode(await loadModule(), accessUnits);
}

function decode(decoder: TinyH264Module, accessUnits: readonly Uint8Array[]): DecodedPicture[] {
  const storage = decoder._h264bsdAlloc();
  const results = decoder._malloc(12);
  decoder._h264bsdInit(storage, 0);
  const pictures: DecodedPicture[] = [];
  for (const [index, accessUnit] of accessUnits.entries()) {
    const before = pictures.length;
    for (const unit of splitNalUnits(accessUnit)) {
      const data = decoder._malloc(unit.length + 4);
      decoder.HEAPU8.set([0, 0, 0, 1], data);
      decoder.HEAPU8.set(unit, data + 4);
      const status = decoder._h264bsdDecode(storage, data, unit.length + 4, results, results + 4, results + 8);
      decoder._free(data);
      if (status !== PICTURE_READY) continue;
      const width = decoder.getValue(results + 4, 'i32');
      const height = decoder.getValue(results + 8, 'i32');
      const at = decoder.getValue(results, 'i32');
      pictures.push({ width, height, i420: decoder.HEAPU8.slice(at, at + (width * height * 3) / 2) });
    }
    if (pictures.length !== before + 1) throw new Error(`tinyh264 delivers no picture for access unit ${index}`);
  }
  decoder._h264bsdShutdown(storage);
  decoder._h264bsdFree(storage);
  decoder._free(results);
  return pictures;
}

/** The package's module expects a browser's worker; it is evaluated with a scope of that shape instead. */
async function loadModule(): Promise<TinyH264Module> {
  const file = createRequire(import.meta.url).resolve('tinyh264/es/TinyH264.js');
  const source = await readFile(file, 'utf8');
  const body = source.replace(/export default Module;\s*$/, 'return Module;');
  // oxlint-disable-next-line typescript/no-implied-eval -- a pinned development dependency, made to run outside a browser
  const factory = new Function('self', 'document', body) as (
    self: object,
    document: undefined,
  ) => () => Promise<TinyH264Module>;
  return factory({ location: { href: '' } }, undefined)();
}
