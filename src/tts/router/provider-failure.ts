import { AppError } from '../../core/errors.ts';
import type { SpeechProviderId } from '../speech-provider.ts';

/** Why one provider did not speak, after how many attempts; 0 when it was not asked. */
export type ProviderFailure = {
  readonly provider: SpeechProviderId;
  readonly error: AppError;
  readonly attempts: number;
};

/**
 * What to report when nobody spoke. Its kind is that of the first provider that could have: a fallback that does not know
 * the language must not hide that the main voice timed out. A single failure is reported as it is.
 */
export function failureOfAll(failures: readonly ProviderFailure[]): AppError {
  const main = failures.find(({ error }) => error.kind !== 'unsupported') ?? failures[0];
  if (main === undefined) {
    return new AppError({
      code: 'no_speech_provider',
      kind: 'unsupported',
      message: 'A script needs a speech provider that speaks its language and may be used, and there is none.',
    });
  }
  if (failures.length === 1) return main.error;
  const summary = failures.map(
    ({ provider, error, attempts }) => `${provider} ${error.kind} (${error.code}, ${attempts} attempts)`,
  );
  const waits = failures.flatMap(({ error }) => error.retryAfterSeconds ?? []);
  return new AppError({
    code: 'speech_failed',
    kind: main.error.kind,
    message: `One of ${failures.length} speech providers must speak, and none did: ${summary.join(', ')}.`,
    cause: new AggregateError(
      failures.map(({ error }) => error),
      'Every speech provider failed.',
    ),
    ...(waits.length === 0 ? {} : { retryAfterSeconds: Math.min(...waits) }),
  });
}
