import { once } from 'node:events';
import { systemClock } from '../core/clock.ts';
import { toAppError } from '../core/errors.ts';
import { EXIT } from './exit-codes.ts';
import { readOptions } from './read-options.ts';
import { createLogger } from './logger.ts';

const ANY_FREE_PORTS = {
  vibevoice: 0,
  faults: 0,
  elevenlabs: 0,
  openaiSpeech: 0,
  openai: 0,
  s3: 0,
  heygen: 0,
  dcgm: 0,
};
/** Every port stays below 65,536. */
const LARGEST_OFFSET = 56_000;

const USAGE = `Usage: npm run simulate -- [--port-offset 0] [--free-ports] [--json]
Ports: VibeVoice 8765 and 8766, faults 8770, ElevenLabs 8771, OpenAI 8772 (speech) and 8773 (scripts), S3 8774, HeyGen 8775, GPU
metrics 9400 and 9401; an offset is added to each.
`;

const OPTIONS = {
  'port-offset': { type: 'string', default: '0' },
  'free-ports': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `npm run simulate`: the vendors as simulators on this machine, until it is told to stop. */
export async function run(arguments_: readonly string[]): Promise<number> {
  const read = readOptions(arguments_, { options: OPTIONS, usage: USAGE });
  if ('exitCode' in read) return read.exitCode;
  const options = read.values;
  const fail = (status: string, message: string, exitCode: number): number => {
    if (options.json) process.stdout.write(`${JSON.stringify({ status, errors: [message] })}\n`);
    else process.stderr.write(`${message}\n`);
    return exitCode;
  };
  const offsetText = options['port-offset'];
  const offset = /^\d{1,5}$/.test(offsetText) ? Number(offsetText) : Infinity;
  if (offset > LARGEST_OFFSET) {
    const rule = `--port-offset: must be a whole number from 0 to ${LARGEST_OFFSET}; got ${offsetText}`;
    return fail('refused', rule, EXIT.badInput);
  }
  // Loaded only now, so that a mistake in the arguments is told at once.
  const { startAllSimulators } = await import('../app/all-simulators.ts');
  const ports = options['free-ports'] ? ANY_FREE_PORTS : fixedPorts(offset);
  let vendors;
  try {
    vendors = await startAllSimulators({ clock: systemClock, logger: createLogger('error'), ports });
  } catch (error) {
    const { code, message } = toAppError(error);
    if (code !== 'port_unavailable') throw error;
    return fail('failed', `${message} Move all ports with --port-offset, such as --port-offset 1000.`, EXIT.failed);
  }
  const variables = {
    // In mock mode the product starts simulators of its own.
    MOCK_MODE: 'False',
    VIBEVOICE_WS_ENDPOINT: vendors.vibevoiceEndpoints.join(','),
    VIBEVOICE_METRICS_URL: vendors.gpuMetricsUrls.join(','),
    ELEVENLABS_BASE_URL: vendors.elevenlabs.baseUrl,
    ELEVENLABS_API_KEY: vendors.elevenlabs.apiKey,
    OPENAI_BASE_URL: vendors.openai.baseUrl,
    OPENAI_API_KEY: vendors.openai.apiKey,
    OPENAI_SPEECH_BASE_URL: vendors.openaiSpeech.baseUrl,
    OPENAI_SPEECH_API_KEY: vendors.openaiSpeech.apiKey,
    HEYGEN_BASE_URL: vendors.heygen?.baseUrl ?? '',
    HEYGEN_API_KEY: vendors.heygen?.apiKey ?? '',
    WASABI_ENDPOINT: vendors.s3?.endpoint ?? '',
    WASABI_ACCESS_KEY: vendors.s3?.accessKey ?? '',
    WASABI_SECRET_KEY: vendors.s3?.secretKey ?? '',
  };
  const faultsUrl = vendors.faultsUrl ?? '';
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ status: 'ready', variables, faults_url: faultsUrl })}\n`);
  } else {
    greet(variables, faultsUrl);
  }
  await stopped;
  await vendors.close();
  return EXIT.success;
}

/** VibeVoice's is the one of the specification; a second server of a kind takes the port after its first. */
function fixedPorts(offset: number): typeof ANY_FREE_PORTS {
  return {
    vibevoice: 8765 + offset,
    faults: 8770 + offset,
    elevenlabs: 8771 + offset,
    openaiSpeech: 8772 + offset,
    openai: 8773 + offset,
    s3: 8774 + offset,
    heygen: 8775 + offset,
    dcgm: 9400 + offset,
  };
}

function greet(variables: Readonly<Record<string, string>>, faultsUrl: string): void {
  const lines = Object.entries(variables).map(([name, value]) => `    ${name}=${value}`);
  process.stdout.write(`
  The simulated vendors are ready. They write, speak, draw and store, and cost nothing. For .env:

${lines.join('\n')}

  What can go wrong, and what each fault shows:

    curl -s ${faultsUrl}

  A fault for the next three requests (without "times": until it is cleared), and its end:

    curl -s ${faultsUrl} -d '{"vendor":"vibevoice","scenario":"busy","times":3}'
    curl -s -X DELETE '${faultsUrl}?vendor=vibevoice'

  Ctrl+C stops them.

`);
}
