import { GpuServerQuerySchema } from '../admin-contract.ts';
import { administratorName } from '../auth.ts';
import { ADMINISTRATOR, problems } from '../openapi.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { GpuHealthSchema } from '../speech-contract.ts';
import { toGpuHealth } from '../views/gpu-health.ts';

/** `scope` must be guarded (`guardAdministration`). */
export function addGpuServerRoutes(scope: ContractServer, context: RouteContext): void {
  const { speech, clock } = context;
  scope.route({
    method: 'POST',
    url: '/admin/gpu-servers',
    schema: {
      ...ADMINISTRATOR,
      summary: 'Take a GPU server out, or bring it back',
      description: 'A drained server finishes what it has and gets nothing more. Both hold until the next start.',
      querystring: GpuServerQuerySchema,
      response: { 200: GpuHealthSchema, ...problems(400, 401, 403, 413, 415, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const { server, action } = request.query;
      speech.gpuServers[action](server);
      const by = administratorName(context);
      await speech.audit.appendAudit({ at: clock.now(), by, action: `${action}_gpu_server`, detail: { server } });
      return toGpuHealth(speech.gpuHealth());
    },
  });
}
