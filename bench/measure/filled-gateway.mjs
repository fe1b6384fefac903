import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from './server-process.mjs';

const FILL = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fill-log.mjs');

/** A gateway whose log holds so many events when it starts. */
export async function startFilledGateway(events, { keys, dataRoot, say }) {
  const dataDir = path.join(dataRoot, `log-${events}`);
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  // A first start makes the keys that the events have to be vouched for with.
  const first = await startServer('gateway', { trust: keys.trust, dataDir });
  await first.stop();
  if (events > 0) await fill(dataDir, events, say);
  return startServer('gateway', { trust: keys.trust, dataDir });
}

function fill(dataDir, events, say) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [FILL, dataDir, String(events), path.join(dataDir, 'signing-key.jwks.json')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    child.stdout.on('data', (text) => say(String(text).trimEnd().split('\n').at(-1)));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`filling the log ended with ${code}`))));
  });
}
