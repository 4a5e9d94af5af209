import { availableParallelism, tmpdir } from 'node:os';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { RenderPool } from '../engine/render/render-pool.ts';
import type { SimulatedVendors, SimulatorPorts } from '../simulators/simulated-vendors.ts';
import { createEngineVideoProvider } from '../video/providers/engine.ts';
import { startSimulatedHeyGen } from './simulated-heygen.ts';
import { startVendorsWithVoice } from './simulated-vendors.ts';

/** Every simulator there is, HeyGen's clips drawn by our engine in this process. Throws AppError `port_unavailable`. */
export async function startAllSimulators(options: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ports: SimulatorPorts;
}): Promise<SimulatedVendors> {
  const { clock, logger, ports } = options;
  await using resources = new AsyncDisposableStack();
  // Its threads begin with the first clip.
  const pool = resources.adopt(new RenderPool({ workerCount: availableParallelism() }), (it) => it.close());
  const engine = createEngineVideoProvider({ pool, logger });
  const vendors = await startVendorsWithVoice({
    clock,
    ports,
    startHeyGen: async (port) => {
      const { simulator, ...account } = await startSimulatedHeyGen({ clock, engine, folder: tmpdir(), port });
      return { simulator, account };
    },
  });
  resources.defer(() => vendors.close());
  const all = resources.move();
  return { ...vendors, close: () => all.disposeAsync() };
}
