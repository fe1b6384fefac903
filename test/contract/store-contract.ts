import { describe } from 'vitest';
import { SEED } from '../support/seeded-random.js';
import { describeChainsInTime } from './chains-in-time-contract.js';
import { describeErasure } from './erasure-contract.js';
import { describeEventAppending } from './event-append-contract.js';
import { describeEventCounting } from './event-count-contract.js';
import { describeEventReading } from './event-read-contract.js';
import { describeLifecycle } from './lifecycle-contract.js';
import type { ContractSetting, OpenStore, StoreContractOptions } from './opened-store.js';
import { describePruning } from './prune-contract.js';
import { describeSeals } from './seal-contract.js';
import { describeSessionEnding } from './session-end-contract.js';
import { describeSessionInactivity } from './session-inactivity-contract.js';
import { describeSessionReading } from './session-read-contract.js';
import { describeSessionStarting } from './session-start-contract.js';
import { describeUserDirectory } from './user-contract.js';
import { describeWatching } from './watch-contract.js';

export type { OpenedStore, OpenStore, StoreContractOptions } from './opened-store.js';

/**
 * The one suite that every store runs: each sentence of the ports in src/stores as a guarantee.
 * @param open gives a store over fresh, empty data each time it is called; it is called about 35 times, and several of them
 *   may be open at once.
 */
export function describeStoreContract(name: string, open: OpenStore, options: StoreContractOptions = {}): void {
  const setting: ContractSetting = {
    open,
    timeoutMs: options.timeoutMs ?? 30_000,
    modelRuns: options.modelRuns ?? 150,
    seed: options.seed ?? SEED,
  };
  describe(`store contract: ${name} (TEST_SEED=${setting.seed})`, { timeout: setting.timeoutMs }, () => {
    describeLifecycle(setting);
    describeEventAppending(setting);
    describeEventReading(setting);
    describeEventCounting(setting);
    describeChainsInTime(setting);
    if (options.cannotWatch !== true) describeWatching(setting);
    describeSeals(setting);
    describeSessionStarting(setting);
    describeSessionEnding(setting);
    describeSessionInactivity(setting);
    describeSessionReading(setting);
    describeErasure(setting);
    describePruning(setting);
    describeUserDirectory(setting);
  });
}
