import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGatewaySigner, type GatewaySigner } from '../../../src/audit/seal/gateway-signer.js';
import { createSealState } from '../../../src/audit/seal/seal-state.js';
import { anchorFile, readGatewayKeys, verifyStore } from '../../../src/audit/verify/index.js';
import { createEmbeddedStore } from '../../../src/stores/embedded/index.js';
import type { Store } from '../../../src/stores/index.js';
import type { Keyring } from '../../../src/tokens/index.js';
import {
  freshKeyring,
  StoryClock,
  storyDrafts,
  type WritingGateway,
  writingGateway,
} from '../../tampering/written-trail.js';

/** An embedded store with gateways that write to it, at times of our choice. */
export interface RetentionSetting {
  readonly folder: string;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly gateway: GatewaySigner;
  readonly clock: StoryClock;
  readonly anchors: string;
  readonly tell: ReturnType<typeof storyDrafts>;
  writer(): WritingGateway;
  /** Fresh each time: it forgets nothing it was told, and so must not be asked twice. */
  readonly sealState: Pick<ReturnType<typeof createSealState>, 'sealed'>;
  verdict(): ReturnType<typeof verifyStore>;
  close(): Promise<void>;
}

export async function openSetting(): Promise<RetentionSetting> {
  const folder = await mkdtemp(path.join(tmpdir(), 'retention-test-'));
  const store = createEmbeddedStore({ directory: path.join(folder, 'data') });
  await store.open();
  const keyring = await freshKeyring();
  const gateway = createGatewaySigner(keyring);
  const clock = new StoryClock();
  const anchors = path.join(folder, 'anchors.log');
  return {
    folder,
    store,
    keyring,
    gateway,
    clock,
    anchors,
    tell: storyDrafts(clock),
    writer: () => writingGateway({ store, keyring, clock, anchors }),
    sealState: { sealed: (chain) => createSealState(store.events, store.seals, gateway).sealed(chain) },
    verdict: () =>
      verifyStore(
        store,
        { keys: readGatewayKeys(keyring.publicJwks), anchors: [anchorFile(anchors)] },
        { now: clock.now() },
      ),
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
