/** The part of the WebAssembly API that the encoder uses; Node's type definitions leave it to the browser's library. */
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
  const Memory: new (descriptor: { readonly initial: number }) => Memory;
  function instantiate(module: Module, imports: { readonly env: { readonly memory: Memory } }): Promise<Instance>;
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
}
