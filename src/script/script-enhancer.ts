/** A script as its user wrote it. Plain JSON, like everything here. */
export type ScriptToEnhance = {
  readonly script: string;
  /** BCP 47, canonical. */
  readonly language: string;
};

export type EnhancedScript = {
  /** What is to be spoken, in the language of the script. */
  readonly spokenText: string;
  readonly title: string;
  /** For the lower third and for bullets; a few words each, possibly none. */
  readonly keyPoints: readonly string[];
};

export type TokenUsage = { readonly promptTokens: number; readonly completionTokens: number };

/** An answer that was charged for, whether or not it is of use. */
export type EnhancementAnswer = TokenUsage & {
  /** 0 when the model's price is not known. */
  readonly costUsd: number;
  /** `enhanced` is null for an answer of no use; `uselessBecause` completes "<enhancer> ..." and quotes nothing from it. */
} & (
    | { readonly enhanced: EnhancedScript; readonly uselessBecause: null }
    | { readonly enhanced: null; readonly uselessBecause: string }
  );

/**
 * Improves scripts. Its answer has the right shape, sizes and characters; whether it keeps what the user says is for the caller
 * to check (`kept-text.ts`).
 */
export type ScriptEnhancer = {
  /** The provider's name in the journal. */
  readonly id: string;
  /** Everything besides the script that decides what is written: the same identity and script ask for the same. */
  readonly identity: { readonly model: string; readonly promptVersion: number };
  /** About what a call for the script costs; 0 when the model's price is not known. */
  estimateUsd(asked: ScriptToEnhance): number;
  /**
   * One request, never repeated here. Throws AppError: `auth`, `quota`, `rate_limited`, `unsupported`, `timeout`, `unavailable`,
   * `protocol`, `cancelled`.
   */
  enhance(asked: ScriptToEnhance, options: { readonly signal: AbortSignal }): Promise<EnhancementAnswer>;
};
