import { createStore } from '../app/open-store.js';
import type { Config } from '../config/index.js';
import type { Output } from './output.js';

export const STORE_USAGE = `Usage: impersonation-gateway store prepare

  Makes the collections and indexes that the configured store lacks, and nothing else. Run it once before the first start
  and after an upgrade, as a database user that may create them; the gateway itself then needs no such right.
  What is there already is left as it is.
`;

/**
 * `impersonation-gateway store prepare`. Harmless to repeat, and while gateways run.
 * @returns the exit code: 0 everything is there, 2 nothing was done because of the options
 * @throws StoreUnusableError where something is missing and cannot be made; StoreUnavailableError where nobody answers
 */
export async function storePrepare(
  argv: readonly string[],
  configure: () => Config,
  { stdout, stderr }: Output,
): Promise<number> {
  if (argv.length !== 1 || argv[0] !== 'prepare') {
    stderr.write(STORE_USAGE);
    return 2;
  }
  const store = await createStore(configure(), { onWaiting: (what) => stderr.write(`Waiting for ${what}.\n`) });
  try {
    await store.open();
    const notices = store.notices ?? [];
    for (const notice of notices) stderr.write(`${notice}\n`);
    const but = notices.length === 0 ? '' : ', but for what is said above';
    stdout.write(`The ${store.kind} store is prepared: what the gateway needs is there${but}.\n`);
    return 0;
  } finally {
    await store.close();
  }
}
