import { refuseBrokenRules } from '../../pipeline/invalid-request.ts';
import type { RequestIssue } from '../../pipeline/invalid-request.ts';
import { checkLine, checkName } from '../../pipeline/request-text.ts';
import { MAIN_PROVIDERS } from '../../tts/provider-choice.ts';
import type { AuditEntry } from '../../tts/speech-state.ts';
import {
  AuditQuerySchema,
  AuditSchema,
  CanaryOrderSchema,
  CanarySchema,
  FaultOrderSchema,
  FaultQuerySchema,
  FaultsSchema,
  MainProviderQuerySchema,
  MainProviderSchema,
} from '../admin-contract.ts';
import type { CanaryOrder, Faults } from '../admin-contract.ts';
import { administratorName } from '../auth.ts';
import { ADMINISTRATOR, problems } from '../openapi.ts';
import { HttpError } from '../problem.ts';
import type { ContractServer, FaultSwitches, RouteContext } from '../route-context.ts';
import { toCanary } from '../views/canary-status.ts';

const DEFAULT_AUDIT_ENTRIES = 100;
const MAX_WHY_CHARACTERS = 200;
const NO_REASON = 'No reason given.';

/** `scope` must be guarded (`guardAdministration`). Every change is in the audit before it is answered. */
export function addAdminRoutes(scope: ContractServer, context: RouteContext): void {
  addMainProviderRoute(scope, context);
  addCanaryRoutes(scope, context);
  addFaultRoutes(scope, context);

  scope.route({
    method: 'GET',
    url: '/admin/audit',
    schema: {
      ...ADMINISTRATOR,
      summary: 'What administrators did',
      querystring: AuditQuerySchema,
      response: { 200: AuditSchema, ...problems(400, 401, 403, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const { limit = DEFAULT_AUDIT_ENTRIES } = request.query;
      const entries = await context.speech.audit.audit({ limit });
      return {
        entries: entries.map(({ at, by, action, detail }) => ({
          at: new Date(at).toISOString(),
          by,
          action,
          detail: { ...detail },
        })),
      };
    },
  });
}

function addMainProviderRoute(scope: ContractServer, context: RouteContext): void {
  const { speech } = context;
  scope.route({
    method: 'POST',
    url: '/admin/set-tts-provider',
    schema: {
      ...ADMINISTRATOR,
      summary: 'Choose the main speech provider',
      description:
        'Holds in every process with the next request and after a restart; the automatic fallback goes on working.',
      querystring: MainProviderQuerySchema,
      response: { 200: MainProviderSchema, ...problems(400, 401, 403, 413, 415, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const { provider } = request.query;
      const configured = MAIN_PROVIDERS.filter((id) => speech.providers.some((candidate) => candidate.id === id));
      refuseBrokenRules(checkName('provider', 'provider_not_configured', provider, configured));
      const choice = await speech.mainProvider.set({ provider, by: administratorName(context) });
      await record(context, 'set_tts_provider', { provider: choice.provider, previous: choice.previous });
      return {
        tts_provider: choice.provider,
        previous: choice.previous,
        changed_by: choice.changedBy,
        changed_at: new Date(choice.changedAt).toISOString(),
      };
    },
  });
}

function addCanaryRoutes(scope: ContractServer, context: RouteContext): void {
  const { speech } = context;
  scope.route({
    method: 'GET',
    url: '/admin/canary',
    schema: {
      ...ADMINISTRATOR,
      summary: 'How the rollout of VibeVoice is',
      response: { 200: CanarySchema, ...problems(401, 403, 500, 503, 507) },
    },
    handler: async () => toCanary(await speech.canary.status()),
  });

  scope.route({
    method: 'POST',
    url: '/admin/canary',
    schema: {
      ...ADMINISTRATOR,
      summary: 'Change the rollout of VibeVoice',
      description: 'Sets a percentage, or goes back step by step. The guard-rails roll back by themselves.',
      body: CanaryOrderSchema,
      response: { 200: CanarySchema, ...problems(400, 401, 403, 408, 409, 413, 415, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const { percent, rollBack, expectedRevision, why } = request.body;
      refuseBrokenRules(checkCanaryOrder(request.body));
      const order = { by: administratorName(context), why: why ?? NO_REASON };
      if (rollBack !== undefined) {
        const { stepMinutes } = rollBack;
        await speech.canary.rollBackGradually({ ...order, stepMilliseconds: stepMinutes * 60_000 });
        await record(context, 'roll_back_canary', { step_minutes: stepMinutes, why: order.why });
      }
      if (percent !== undefined) {
        await speech.canary.setPercent({
          ...order,
          percent,
          ...(expectedRevision !== undefined && { expectedRevision }),
        });
        await record(context, 'set_canary_percent', { percent, why: order.why });
      }
      return toCanary(await speech.canary.status());
    },
  });
}

function checkCanaryOrder({ percent, rollBack, expectedRevision, why }: CanaryOrder): readonly RequestIssue[] {
  const issues: RequestIssue[] = [];
  if ((percent === undefined) === (rollBack === undefined)) {
    const value = percent === undefined ? 'neither' : 'both';
    issues.push({ pointer: '', code: 'invalid_value', rule: 'must hold either percent or rollBack', value });
  }
  if (rollBack !== undefined && expectedRevision !== undefined) {
    const rule = 'must be left out with rollBack, which is carried out in any case';
    issues.push({ pointer: '/expectedRevision', code: 'invalid_value', rule, value: expectedRevision });
  }
  if (why === undefined) return issues;
  return [...issues, ...checkLine('/why', why, { characters: why.length, most: MAX_WHY_CHARACTERS })];
}

function addFaultRoutes(scope: ContractServer, context: RouteContext): void {
  scope.route({
    method: 'GET',
    url: '/admin/faults',
    schema: {
      ...ADMINISTRATOR,
      summary: 'What the simulators can show',
      description: 'In mock mode: which faults there are, and which one each simulator shows now.',
      response: { 200: FaultsSchema, ...problems(401, 403, 404, 500, 503) },
    },
    handler: async () => toFaults(requireFaults(context)),
  });

  scope.route({
    method: 'POST',
    url: '/admin/faults',
    schema: {
      ...ADMINISTRATOR,
      summary: 'Rehearse an outage',
      description: 'In mock mode: a simulator shows a fault, so that retries, fallback and breakers can be watched.',
      body: FaultOrderSchema,
      response: { 200: FaultsSchema, ...problems(400, 401, 403, 404, 408, 413, 415, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const faults = requireFaults(context);
      const { vendor, scenario, times } = request.body;
      faults.set(vendor, scenario, times === undefined ? {} : { times });
      await record(context, 'set_fault', { vendor, scenario, times: times ?? null });
      return toFaults(faults);
    },
  });

  scope.route({
    method: 'DELETE',
    url: '/admin/faults',
    schema: {
      ...ADMINISTRATOR,
      summary: 'End a rehearsal',
      querystring: FaultQuerySchema,
      response: { 200: FaultsSchema, ...problems(400, 401, 403, 404, 413, 415, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const faults = requireFaults(context);
      const { vendor } = request.query;
      faults.clear(vendor);
      await record(context, 'clear_faults', { vendor: vendor ?? null });
      return toFaults(faults);
    },
  });
}

function requireFaults({ speech }: RouteContext): FaultSwitches {
  if (speech.faults !== undefined) return speech.faults;
  throw new HttpError('faults_unavailable', 'MOCK_MODE must be True: only simulators show faults on demand.');
}

function toFaults(faults: FaultSwitches): Faults {
  return {
    vendors: faults.list().map(({ vendor, active, scenarios }) => ({
      vendor,
      active: active && { ...active },
      scenarios: scenarios.map((scenario) => ({ ...scenario })),
    })),
  };
}

function record(context: RouteContext, action: string, detail: AuditEntry['detail']): Promise<void> {
  const { speech, clock } = context;
  return speech.audit.appendAudit({ at: clock.now(), by: administratorName(context), action, detail });
}
