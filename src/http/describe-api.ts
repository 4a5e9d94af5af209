import { NO_CAPS } from '../jobs/cost-caps.ts';
import type { ServerDependencies } from './route-context.ts';
import { createServer } from './server.ts';

/**
 * The OpenAPI document without a running system: the routes are declared and none is ever called, so that no part behind
 * them is needed.
 */
export async function describeApi(version: string): Promise<object> {
  const declared: Pick<
    ServerDependencies,
    | 'version'
    | 'publicUrl'
    | 'webFolder'
    | 'workflowSteps'
    | 'healthChecks'
    | 'startedAt'
    | 'createRequestId'
    | 'mockMode'
    | 'adminApiKey'
    | 'speechRequestsPerMinute'
    | 'costCaps'
  > = {
    version,
    publicUrl: null,
    webFolder: '',
    workflowSteps: [],
    healthChecks: {},
    startedAt: 0,
    createRequestId: () => 'none',
    mockMode: false,
    adminApiKey: null,
    speechRequestsPerMinute: 1,
    costCaps: NO_CAPS,
  };
  const server = await createServer(declared as ServerDependencies);
  try {
    await server.ready();
    return server.swagger();
  } finally {
    await server.close();
  }
}
