export type BenchRow = Readonly<Record<string, string | number>>;

/** What every benchmark gives back; `bench/run.ts` prints it. */
export type BenchResult = {
  readonly name: string;
  /** A table for people. */
  readonly rows: readonly BenchRow[];
  readonly figures: Readonly<Record<string, number | string | boolean>>;
  /** The figures that are promised, in words: `>= 4`. */
  readonly targets: Readonly<Record<string, string>>;
  readonly pass: boolean;
  /** What was not measured, and why. */
  readonly skipped?: readonly string[];
};

export type BenchOptions = {
  readonly quick: boolean;
  /** Of commands that have a form which takes hours. */
  readonly long: boolean;
  /** Decides every choice that is made by chance, where one is. */
  readonly seed: number;
};

/** The shape of a file in bench/. */
export type Benchmark = { run(options: BenchOptions): Promise<BenchResult> };
