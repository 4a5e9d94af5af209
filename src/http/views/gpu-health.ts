import type { Static } from 'typebox';
import type { GpuHealth } from '../../gpu/gpu-health.ts';
import type { GpuHealthSchema } from '../speech-contract.ts';

/** What `GET /tts/gpu-health` says. */
export function toGpuHealth(health: GpuHealth): Static<typeof GpuHealthSchema> {
  return { ...health, reasons: [...health.reasons], servers: health.servers.map((server) => ({ ...server })) };
}
