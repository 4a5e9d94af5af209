/** The part of the WebAssembly API that Node offers and its type definitions leave to the browser's library. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  type ModuleImports = Record<string, (...args: never[]) => unknown>;
  const Instance: new (module: Module, imports: Record<string, ModuleImports>) => Instance;
  function compile(bytes: Uint8Array<ArrayBufferLike>): Promise<Module>;
}
