import { Type } from 'typebox';
import type { Static } from 'typebox';
import { MAIN_PROVIDERS } from '../tts/provider-choice.ts';
import { choice, closed, nullable, Timestamp } from './contract-parts.ts';

export const MainProviderQuerySchema = Type.Object(
  { provider: choice(MAIN_PROVIDERS, { description: 'Who is asked first from now on, in every process.' }) },
  closed,
);

export const MainProviderSchema = Type.Object(
  {
    tts_provider: choice(MAIN_PROVIDERS),
    previous: choice(MAIN_PROVIDERS),
    changed_by: Type.String(),
    changed_at: Timestamp,
  },
  { ...closed, title: 'MainProvider' },
);

export const GpuServerQuerySchema = Type.Object(
  {
    server: Type.String({ description: 'Its id in `GET /tts/gpu-health`.', examples: ['gpu-1:8765'] }),
    action: choice(['drain', 'restore']),
  },
  closed,
);

const ArmSchema = Type.Object(
  { calls: Type.Number({ minimum: 0 }), bad: Type.Number({ minimum: 0 }) },
  { ...closed, title: 'CanaryArm' },
);
const GuardRailSchema = Type.Object({ canary: ArmSchema, baseline: ArmSchema }, { ...closed, title: 'GuardRail' });
const guardRail = choice(['failure_rate', 'latency', 'audio_check']);
const percent = Type.Number({ minimum: 0, maximum: 100 });

export const CanarySchema = Type.Object(
  {
    percent: Type.Number({
      minimum: 0,
      maximum: 100,
      description: 'Share of users whose speech goes to VibeVoice first.',
    }),
    stage: choice(['off', 'phase_1', 'phase_2', 'phase_3', 'custom', 'rolling_back'], {
      description: 'The phases are 5, 25 and 100 percent.',
    }),
    revision: Type.Integer({ minimum: 0, description: 'Counts the changes; send it as `expectedRevision`.' }),
    started_at: Timestamp,
    next_step_at: nullable(Timestamp, { description: 'When a gradual rollback takes its next step.' }),
    assessment: Type.Object(
      {
        action: choice(['promote', 'hold', 'roll_back']),
        reason: nullable(Type.String(), { description: 'Why it is to hold.' }),
        guard_rail: nullable(guardRail, { description: 'Which one says to roll back.' }),
      },
      { ...closed, description: 'What the rollout is ready for.' },
    ),
    guard_rails: Type.Object(
      { failure_rate: GuardRailSchema, latency: GuardRailSchema, audio_check: GuardRailSchema },
      { ...closed, description: 'What was counted in this stage.' },
    ),
    decisions: Type.Array(
      Type.Object(
        {
          at: Timestamp,
          by: Type.String(),
          why: Type.String(),
          action: choice(['set', 'promote', 'roll_back']),
          from_percent: percent,
          to_percent: percent,
          guard_rail: nullable(guardRail),
        },
        { ...closed, title: 'CanaryDecision' },
      ),
      { description: 'Newest first.' },
    ),
  },
  { ...closed, title: 'Canary' },
);
export type Canary = Static<typeof CanarySchema>;

export const CanaryOrderSchema = Type.Object(
  {
    percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'Set at once; ends a rollback.' })),
    expectedRevision: Type.Optional(
      Type.Integer({ minimum: 0, description: 'With `percent`: refused when the rollout has moved on.' }),
    ),
    rollBack: Type.Optional(
      Type.Object(
        { stepMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }) },
        { ...closed, description: 'Instead of `percent`: one step down now and one more each time, 100, 25, 5, 0.' },
      ),
    ),
    why: Type.Optional(Type.String({ description: 'For the decision log: 1 to 200 characters on one line.' })),
  },
  { ...closed, title: 'CanaryOrder' },
);

export type CanaryOrder = Static<typeof CanaryOrderSchema>;

export const FaultsSchema = Type.Object(
  {
    vendors: Type.Array(
      Type.Object(
        {
          vendor: Type.String(),
          active: nullable(
            Type.Object(
              {
                scenario: Type.String(),
                remaining: nullable(Type.Integer({ minimum: 1 }), {
                  description: 'Requests that it still meets; null until it is cleared.',
                }),
              },
              closed,
            ),
          ),
          scenarios: Type.Array(Type.Object({ scenario: Type.String(), shows: Type.String() }, closed)),
        },
        { ...closed, title: 'VendorFaults' },
      ),
    ),
  },
  { ...closed, title: 'Faults' },
);
export type Faults = Static<typeof FaultsSchema>;

export const FaultOrderSchema = Type.Object(
  {
    vendor: Type.String({
      description: 'A simulator such as `vibevoice-1`, or all that are numbered so: `vibevoice`.',
    }),
    scenario: Type.String({ description: 'One of the vendor’s scenarios.' }),
    times: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'How many requests meet it; all without it, until it is cleared.',
      }),
    ),
  },
  { ...closed, title: 'FaultOrder' },
);

export const FaultQuerySchema = Type.Object(
  { vendor: Type.Optional(Type.String({ description: 'Only the fault of this vendor.' })) },
  closed,
);

export const AuditQuerySchema = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })) },
  closed,
);

export const AuditSchema = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        {
          at: Timestamp,
          by: Type.String({ description: 'How the administrator was recognised.' }),
          action: Type.String(),
          detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
        },
        { ...closed, title: 'AuditEntry' },
      ),
      { description: 'Newest first.' },
    ),
  },
  { ...closed, title: 'Audit' },
);
