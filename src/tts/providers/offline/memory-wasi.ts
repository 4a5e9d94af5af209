/** Error numbers of WASI preview 1. */
const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const INVALID = 28;
const NO_ENTRY = 44;

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
/** The first pre-opened folder is always descriptor 3. */
const ROOT = 3;
const ROOT_NAME = '/';
const CREATE_FLAG = 1;
const TRUNCATE_FLAG = 8;
const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;
const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn;

type OpenFile = { readonly name: string; position: number };

/** What a run left behind. `files` holds the files given and those that the program wrote, by path. */
export type WasiRun = {
  readonly exitCode: number;
  readonly standardOutput: Uint8Array;
  readonly standardError: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
};

class ProgramExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a WASI preview 1 command once, with files held in memory only. It offers the 13 calls that Flite needs and nothing
 * else: the program cannot reach the disk, the network or the environment, and nothing is left to clean up.
 * A trap inside the program is thrown as WebAssembly.RuntimeError; a missing import as WebAssembly.LinkError.
 */
export function runWasi(
  module: WebAssembly.Module,
  options: { readonly args: readonly string[]; readonly files?: ReadonlyMap<string, Uint8Array> },
): WasiRun {
  const state = new MemoryWasi(options.args, options.files ?? new Map());
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: state.imports() });
  const { memory, _start: start } = instance.exports as { memory: WebAssembly.Memory; _start: () => void };
  state.memory = memory;
  let exitCode = 0;
  try {
    start();
  } catch (thrown) {
    if (!(thrown instanceof ProgramExit)) throw thrown;
    exitCode = thrown.exitCode;
  }
  return {
    exitCode,
    standardOutput: state.contents('standard output'),
    standardError: state.contents('standard error'),
    files: state.files(),
  };
}

class MemoryWasi {
  memory: WebAssembly.Memory | undefined;
  readonly #args: readonly Uint8Array[];
  readonly #files = new Map<string, { bytes: Uint8Array; length: number }>();
  readonly #open = new Map<number, OpenFile>();

  constructor(args: readonly string[], files: ReadonlyMap<string, Uint8Array>) {
    const encoder = new TextEncoder();
    this.#args = args.map((argument) => encoder.encode(`${argument}\0`));
    for (const [name, bytes] of files) this.#files.set(name, { bytes: bytes.slice(), length: bytes.length });
    this.#create('standard output');
    this.#create('standard error');
    this.#open.set(STANDARD_OUTPUT, { name: 'standard output', position: 0 });
    this.#open.set(STANDARD_ERROR, { name: 'standard error', position: 0 });
  }

  contents(name: string): Uint8Array {
    const file = this.#files.get(name);
    return file === undefined ? new Uint8Array(0) : file.bytes.slice(0, file.length);
  }

  files(): Map<string, Uint8Array> {
    const names = [...this.#files.keys()].filter((name) => !name.startsWith('standard '));
    return new Map(names.map((name) => [name, this.contents(name)]));
  }

  imports(): WebAssembly.ModuleImports {
    return {
      args_sizes_get: (countAt: number, bytesAt: number) => {
        this.#view().setUint32(countAt, this.#args.length, true);
        this.#view().setUint32(
          bytesAt,
          this.#args.reduce((sum, argument) => sum + argument.length, 0),
          true,
        );
        return SUCCESS;
      },
      args_get: (pointersAt: number, bytesAt: number) => {
        let address = bytesAt;
        for (const [index, argument] of this.#args.entries()) {
          this.#view().setUint32(pointersAt + index * 4, address, true);
          this.#bytes(address, argument.length).set(argument);
          address += argument.length;
        }
        return SUCCESS;
      },
      // Time stands still, so that the same text always gives the same speech.
      clock_time_get: (_clock: number, _precision: bigint, timeAt: number) => {
        this.#view().setBigUint64(timeAt, 0n, true);
        return SUCCESS;
      },
      fd_prestat_get: (descriptor: number, at: number) => {
        if (descriptor !== ROOT) return BAD_DESCRIPTOR;
        this.#view().setUint32(at, 0, true);
        this.#view().setUint32(at + 4, ROOT_NAME.length, true);
        return SUCCESS;
      },
      fd_prestat_dir_name: (descriptor: number, at: number, length: number) => {
        if (descriptor !== ROOT) return BAD_DESCRIPTOR;
        this.#bytes(at, length).set(new TextEncoder().encode(ROOT_NAME).subarray(0, length));
        return SUCCESS;
      },
      fd_fdstat_get: (descriptor: number, at: number) => {
        const type = this.#fileType(descriptor);
        if (type === undefined) return BAD_DESCRIPTOR;
        this.#bytes(at, 24).fill(0);
        this.#view().setUint8(at, type);
        this.#view().setBigUint64(at + 8, ALL_RIGHTS, true);
        this.#view().setBigUint64(at + 16, ALL_RIGHTS, true);
        return SUCCESS;
      },
      fd_fdstat_set_flags: () => SUCCESS,
      path_open: (
        folder: number,
        _lookup: number,
        pathAt: number,
        pathLength: number,
        flags: number,
        _rights: bigint,
        _inheriting: bigint,
        _descriptorFlags: number,
        descriptorAt: number,
      ) => {
        if (folder !== ROOT) return BAD_DESCRIPTOR;
        const name = new TextDecoder().decode(this.#bytes(pathAt, pathLength));
        if ((flags & CREATE_FLAG) === 0 && !this.#files.has(name)) return NO_ENTRY;
        if (!this.#files.has(name) || (flags & TRUNCATE_FLAG) !== 0) this.#create(name);
        const descriptor = Math.max(ROOT, ...this.#open.keys()) + 1;
        this.#open.set(descriptor, { name, position: 0 });
        this.#view().setUint32(descriptorAt, descriptor, true);
        return SUCCESS;
      },
      fd_close: (descriptor: number) => (this.#open.delete(descriptor) ? SUCCESS : BAD_DESCRIPTOR),
      fd_seek: (descriptor: number, offset: bigint, whence: number, at: number) => {
        const file = this.#open.get(descriptor);
        if (file === undefined || descriptor <= STANDARD_ERROR) return BAD_DESCRIPTOR;
        const length = this.#files.get(file.name)?.length ?? 0;
        const position = ([0, file.position, length][whence] ?? 0) + Number(offset);
        if (position < 0) return INVALID;
        file.position = position;
        this.#view().setBigUint64(at, BigInt(position), true);
        return SUCCESS;
      },
      fd_read: (descriptor: number, vectorsAt: number, vectorCount: number, readAt: number) => {
        const file = this.#open.get(descriptor);
        if (file === undefined) return descriptor === STANDARD_INPUT ? this.#setCount(readAt, 0) : BAD_DESCRIPTOR;
        const contents = this.#files.get(file.name) ?? { bytes: new Uint8Array(0), length: 0 };
        const start = file.position;
        for (const target of this.#vectors(vectorsAt, vectorCount)) {
          const end = Math.min(contents.length, file.position + target.length);
          if (end <= file.position) break;
          target.set(contents.bytes.subarray(file.position, end));
          file.position = end;
        }
        return this.#setCount(readAt, file.position - start);
      },
      fd_write: (descriptor: number, vectorsAt: number, vectorCount: number, writtenAt: number) => {
        const file = this.#open.get(descriptor);
        if (file === undefined) return BAD_DESCRIPTOR;
        const start = file.position;
        for (const source of this.#vectors(vectorsAt, vectorCount)) this.#append(file, source);
        return this.#setCount(writtenAt, file.position - start);
      },
      proc_exit: (exitCode: number) => {
        throw new ProgramExit(exitCode);
      },
    };
  }

  #fileType(descriptor: number): number | undefined {
    if (descriptor <= STANDARD_ERROR) return CHARACTER_DEVICE;
    if (descriptor === ROOT) return DIRECTORY;
    return this.#open.has(descriptor) ? REGULAR_FILE : undefined;
  }

  #create(name: string): void {
    this.#files.set(name, { bytes: new Uint8Array(0), length: 0 });
  }

  #append(file: OpenFile, source: Uint8Array): void {
    const contents = this.#files.get(file.name);
    if (contents === undefined) return;
    const end = file.position + source.length;
    if (end > contents.bytes.length) {
      const grown = new Uint8Array(Math.max(end, contents.bytes.length * 2, 4096));
      grown.set(contents.bytes.subarray(0, contents.length));
      contents.bytes = grown;
    }
    contents.bytes.set(source, file.position);
    contents.length = Math.max(contents.length, end);
    file.position = end;
  }

  #vectors(at: number, count: number): Uint8Array[] {
    const view = this.#view();
    return Array.from({ length: count }, (_, index) =>
      this.#bytes(view.getUint32(at + index * 8, true), view.getUint32(at + index * 8 + 4, true)),
    );
  }

  #setCount(at: number, count: number): number {
    this.#view().setUint32(at, count, true);
    return SUCCESS;
  }

  // The program may grow its memory at any call, which detaches every older view.
  #view(): DataView {
    return new DataView(this.#buffer());
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#buffer(), at, length);
  }

  #buffer(): ArrayBuffer {
    if (this.memory === undefined) throw new Error('The program called the system before its memory was known.');
    return this.memory.buffer;
  }
}
