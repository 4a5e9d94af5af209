/** The part of the WebAssembly API that the product uses; Node's type definitions leave it to the browser's library. */
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
  type ModuleImports = Record<string, Memory | ((...args: never[]) => unknown)>;
  const Memory: new (descriptor: { readonly initial: number }) => Memory;
  const Instance: new (module: Module, imports: Record<string, ModuleImports>) => Instance;
  function instantiate(module: Module, imports: Record<string, ModuleImports>): Promise<Instance>;
  function compile(bytes: Uint8Array): Promise<Module>;
}
