import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { preflight } from './preflight.mjs';
import { startServer } from './server-process.mjs';

/**
 * Starts the servers of these contenders and lets none through that is not what it is said to be.
 * @returns for each contender its server and what its requests are made with
 */
export async function lineUp(contenders, { keys, strangersKeys, minter, dataRoot, say }) {
  const servers = new Map();
  const means = new Map();
  try {
    for (const contender of contenders) {
      say(`starting ${contender.id}`);
      if (!servers.has(contender.process)) {
        const dataDir = path.join(dataRoot, contender.process);
        rmSync(dataDir, { recursive: true, force: true });
        mkdirSync(dataDir, { recursive: true });
        servers.set(contender.process, await startServer(contender.server, { trust: keys.trust, dataDir }));
      }
      const server = servers.get(contender.process);
      const made = { port: server.port, mint: (...who) => minter.mint(...who) };
      made.credential = await contender.credential(made);
      await preflight(contender, made, strangersKeys);
      means.set(contender.id, { server, means: made });
    }
  } catch (error) {
    for (const server of servers.values()) server.kill();
    throw error;
  }
  return {
    of: (contender) => means.get(contender.id),
    async stop() {
      await Promise.all([...servers.values()].map((server) => server.stop()));
    },
    kill() {
      for (const server of servers.values()) server.kill();
    },
  };
}
