import { toAppError } from '../../core/errors.ts';
import type { SpeechProviderId } from '../../tts/speech-provider.ts';
import { HealthSchema, ReadySchema } from '../health-contract.ts';
import type { Health } from '../health-contract.ts';
import { problems } from '../openapi.ts';
import { HttpError } from '../problem.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';

/** A probe of an orchestrator commonly gives up after one second. */
const CHECK_TIMEOUT_MILLISECONDS = 800;

export function addHealthRoutes(server: ContractServer, context: RouteContext): void {
  const { speech } = context;
  /** After a refusal it is asked again now and then, but nobody expects more of it until somebody has done something. */
  const isAvailable = (provider: SpeechProviderId): boolean => {
    if (!speech.providers.some(({ id }) => id === provider)) return false;
    const { phase, lastFailure } = speech.breakers.status(provider);
    if (phase !== 'half_open') return phase === 'closed';
    return (lastFailure !== 'auth' && lastFailure !== 'quota') || context.vendors.isWellAgain(provider);
  };

  server.route({
    method: 'GET',
    url: '/health',
    schema: {
      summary: 'How the server is',
      description: 'Always 200 while the process serves; never depends on a vendor.',
      tags: ['Server'],
      response: { 200: HealthSchema, ...problems(500, 503) },
    },
    handler: async () => {
      let mainProvider: string | null = null;
      const checks = await runChecks({
        ...context.healthChecks,
        speech_state: async () => {
          mainProvider = await speech.mainProvider.current();
        },
      });
      const healthy = Object.values(checks).every((check) => check.status === 'pass');
      return {
        status: healthy ? ('healthy' as const) : ('degraded' as const),
        mock_mode: context.mockMode,
        tts_provider: mainProvider,
        vibevoice_available:
          isAvailable('vibevoice') &&
          speech.gpuHealth().servers.some(({ id, state }) => state === 'healthy' && speech.isServerReachable(id)),
        elevenlabs_fallback: isAvailable('elevenlabs'),
        ...context.vendors.describe(),
        version: context.version,
        uptime_seconds: Math.max(0, Math.round((context.clock.now() - context.startedAt) / 1000)),
        checks,
      };
    },
  });

  server.route({
    method: 'GET',
    url: '/ready',
    schema: {
      summary: 'Whether the server takes work',
      description:
        'For whoever sends requests here: 503 while journal or storage cannot be used, and while it shuts down.',
      tags: ['Server'],
      response: { 200: ReadySchema, ...problems(500, 503) },
    },
    handler: async () => {
      const checks = await runChecks(context.healthChecks);
      const failed = Object.entries(checks).filter(([, { status }]) => status === 'fail');
      if (failed.length === 0) return { status: 'ready' as const, checks };
      throw new HttpError('not_ready', failed.map(([name, { detail }]) => `${name}: ${detail ?? ''}`).join(' '));
    },
  });
}

async function runChecks(checks: RouteContext['healthChecks']): Promise<Health['checks']> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check)] as const),
  );
  return Object.fromEntries(results);
}

async function runCheck(check: (signal: AbortSignal) => Promise<unknown>): Promise<Health['checks'][string]> {
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MILLISECONDS);
  const timedOut = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    await Promise.race([check(signal), timedOut]);
    return { status: 'pass', detail: null };
  } catch (error) {
    return { status: 'fail', detail: toAppError(error).message };
  }
}
