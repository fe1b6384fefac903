import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedStore } from '../../src/stores/embedded/index.js';
import type { Store } from '../../src/stores/index.js';
import { describeStoreContract } from './store-contract.js';

describeStoreContract('embedded', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'store-contract-'));
  const directory = join(parent, 'data');
  const open = async (): Promise<Store> => {
    const store = createEmbeddedStore({ directory });
    await store.open();
    return store;
  };
  const store = await open();
  let current = store;
  return {
    store,
    async reopen() {
      await current.close();
      current = await open();
      return current;
    },
    replica: open,
    async close() {
      await current.close();
      await rm(parent, { recursive: true });
    },
  };
});
