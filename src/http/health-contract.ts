import { Type, type Static } from 'typebox';
import { choice, closed, nullable } from './contract-parts.ts';

const vendorState = {
  state: choice(['unknown', 'ok', 'failing'], {
    description: 'What the last call came to; `unknown` before the first. Nobody is asked for it.',
  }),
  last_failure: nullable(Type.String(), { description: 'The kind of the latest failure, also once it has passed.' }),
};

const ChecksSchema = Type.Record(
  Type.String(),
  Type.Object({ status: choice(['pass', 'fail']), detail: nullable(Type.String()) }, closed),
);

export const HealthSchema = Type.Object(
  {
    status: choice(['healthy', 'degraded'], {
      description: '`degraded` when a part that this server itself needs fails; never because of a vendor.',
    }),
    mock_mode: Type.Boolean(),
    tts_provider: nullable(Type.String(), {
      description: 'The speech provider that is asked first; null while that cannot be read.',
    }),
    vibevoice_available: Type.Boolean({
      description: 'There is a healthy VibeVoice server that can be connected to, and it is asked.',
    }),
    elevenlabs_fallback: Type.Boolean({
      description: 'ElevenLabs is configured, and neither its key nor its account has been refused.',
    }),
    video: Type.Object(
      { provider: Type.String(), ...vendorState, fallback: nullable(Type.String()) },
      { ...closed, description: 'Who makes the picture, and who does when that one cannot.' },
    ),
    storage: Type.Object(
      { kind: choice(['folder', 'bucket']), ...vendorState },
      { ...closed, description: 'Where finished files go.' },
    ),
    enhancement: Type.Object(
      { available: Type.Boolean(), ...vendorState },
      { ...closed, description: 'Whether scripts are improved before they are spoken.' },
    ),
    version: Type.String(),
    uptime_seconds: Type.Number({ minimum: 0 }),
    checks: ChecksSchema,
  },
  { ...closed, title: 'Health' },
);
export type Health = Static<typeof HealthSchema>;

export const ReadySchema = Type.Object(
  { status: choice(['ready']), checks: ChecksSchema },
  { ...closed, title: 'Ready' },
);
