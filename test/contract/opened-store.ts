import { afterAll, beforeAll } from 'vitest';
import type { Store } from '../../src/stores/index.js';

/** A store over a database of its own, already opened. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store that is open and opens another over the SAME data; `store` must not be used after it. */
  reopen(): Promise<Store>;
  /** A second opened store over the same data, as another replica would have it. Where absent, races run on one store. */
  replica?(): Promise<Store>;
  /** Closes whatever is open and removes the data. */
  close(): Promise<void>;
}

export type OpenStore = () => Promise<OpenedStore>;

export interface StoreContractOptions {
  /** Of one test or hook, milliseconds; 30,000 by default. */
  readonly timeoutMs?: number;
  /** How many random requests each model test makes; 150 by default. */
  readonly modelRuns?: number;
  /** Repeats the run that printed this seed; random by default. */
  readonly seed?: number;
  /** Whether the store cannot tell of news; whoever says so prints it as not run. */
  readonly cannotWatch?: boolean;
}

/** What each part of the suite receives. */
export interface ContractSetting {
  readonly open: OpenStore;
  readonly timeoutMs: number;
  readonly modelRuns: number;
  readonly seed: number;
}

/** Opens a fresh store before the tests of the enclosing `describe` and removes it after them. */
export function freshStore({ open, timeoutMs }: ContractSetting): () => Store {
  const opened = freshDatabase({ open, timeoutMs });
  return () => opened().store;
}

/** As `freshStore`, for tests that reopen. */
export function freshDatabase({ open, timeoutMs }: Pick<ContractSetting, 'open' | 'timeoutMs'>): () => OpenedStore {
  let opened: OpenedStore | undefined;
  beforeAll(async () => {
    opened = await open();
  }, timeoutMs);
  afterAll(async () => {
    await opened?.close();
  }, timeoutMs);
  return () => {
    if (opened === undefined) throw new Error('the store has not been opened');
    return opened;
  };
}

/** Two stores over fresh data for races: two replicas where the database can be opened twice, else the one store twice. */
export function freshRivals(setting: ContractSetting): () => readonly [Store, Store] {
  const opened = freshDatabase(setting);
  let rival: Store | undefined;
  beforeAll(async () => {
    rival = await opened().replica?.();
  }, setting.timeoutMs);
  afterAll(async () => {
    await rival?.close();
  }, setting.timeoutMs);
  return () => [opened().store, rival ?? opened().store];
}

/** Runs `count` calls at once, turn by turn on either rival. */
export function race<T>(
  rivals: readonly [Store, Store],
  count: number,
  call: (store: Store, index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(rivals[index % 2 === 0 ? 0 : 1], index)));
}
