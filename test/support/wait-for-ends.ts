import { setTimeout as pause } from 'node:timers/promises';
import { type Settings, startGatewayProcess } from './gateway-process.js';

/** The shortest session, what a crash leaves to be taken over, and some rounds of the sweep. */
const LONGEST_MS = 180_000;

/** Lets a gateway process run until nothing is unsettled any more, in real time. */
export async function waitForEnds(directory: string, settings: Settings, unsettled: () => string[]): Promise<void> {
  const gateway = await startGatewayProcess(directory, { DATA_DIR: directory, ...settings });
  for (const until = Date.now() + LONGEST_MS; Date.now() < until && unsettled().length > 0; ) await pause(1_000);
  // Until what was written last is sealed.
  await gateway.stop();
}
