import { expect, it } from 'vitest';
import type { Verdict } from '../../src/audit/verify/index.js';
import { StoreUnavailableError } from '../../src/errors/index.js';
import type { Store } from '../../src/stores/index.js';
import { type Attack, type Ground, ROWS } from './attack.js';
import { DETAILS, EDITED_BODIES, EDITED_PROJECTIONS } from './attacks-on-events.js';
import { MOVED_EVENTS } from './attacks-on-places.js';
import { CUTS, EVERYTHING, SEALS } from './attacks-on-seals.js';
import type { RawDatabase } from './raw-database.js';
import { kindsIn, verdictOffline, verdictOnline } from './verdicts.js';

/** What every store is attacked with. */
export const COMMON: readonly Attack[] = [
  ...EDITED_BODIES,
  ...EDITED_PROJECTIONS,
  ...MOVED_EVENTS,
  ...DETAILS,
  ...CUTS,
  ...SEALS,
  ...EVERYTHING,
];

/** Has tests of its own, with gateways that go on sealing: see describe-forging.ts. */
const LATER: ReadonlySet<string> = new Set(['forge an event with its own key']);

/** A trail in a store, and the attacker's way to it. */
export interface Scene<D extends RawDatabase> {
  readonly ground: Ground<D>;
  /** For the files of an auditor. */
  readonly folder: string;
  /** The store as a gateway or an auditor's process has it. */
  store(): Promise<Store>;
  close(): Promise<void>;
}

/** What is found out about a database, by each way of verifying it. */
interface Finding {
  readonly online: readonly string[] | 'NOT_VERIFIABLE';
  readonly offline: readonly string[] | 'NO_EXPORT';
  readonly withoutAnchors?: readonly string[];
  readonly limits?: readonly string[];
}

async function find<D extends RawDatabase>(scene: Scene<D>, attack: Attack<D>): Promise<Finding> {
  const { trail } = scene.ground;
  const store = await scene.store();
  const online = await verdictOnline(store, trail).catch((error: unknown) => {
    if (error instanceof StoreUnavailableError) return null;
    throw error;
  });
  const offline = await verdictOffline(store, trail, scene.folder);
  return {
    online: online === null ? 'NOT_VERIFIABLE' : kindsIn(online),
    offline: offline === null ? 'NO_EXPORT' : kindsIn(offline),
    ...(attack.withoutAnchors && { withoutAnchors: kindsIn(await verdictOnline(store, trail, false)) }),
    ...(attack.limits && { limits: online?.limits ?? [] }),
  };
}

/** Every attack, each on a trail of its own: the verifier names what was done, in exactly these words. */
export function describeTampering<D extends RawDatabase>(
  open: () => Promise<Scene<D>>,
  own: readonly Attack<D>[],
): void {
  const attacks: readonly Attack<D>[] = [...COMMON, ...own];
  async function inScene(work: (scene: Scene<D>) => Promise<void>): Promise<void> {
    const scene = await open();
    try {
      await work(scene);
    } finally {
      await scene.close();
    }
  }

  it('a trail that nobody has touched holds, in the store and exported', () =>
    inScene(async (scene) => {
      const store = await scene.store();
      const untouched: Partial<Verdict> = { verdict: 'HOLDS', events: 14, chains: 2, seals: 4, anchoredSeals: 4 };
      expect(await verdictOnline(store, scene.ground.trail)).toMatchObject({ ...untouched, unsealedEvents: 3 });
      expect(await verdictOffline(store, scene.ground.trail, scene.folder)).toMatchObject(untouched);
    }));

  for (const attack of attacks) {
    it.concurrent(`${attack.row}: ${attack.name}`, ({ expect: expectHere }) =>
      inScene(async (scene) => {
        await attack.attack(scene.ground);
        const { online, offline, withoutAnchors, limits } = attack;
        expectHere(await find(scene, attack)).toEqual({
          online,
          offline,
          ...(withoutAnchors && { withoutAnchors }),
          ...(limits && { limits }),
        });
      }));
  }

  it('the table has every row', () => {
    const carriedOut = new Set(attacks.map(({ row }) => row));
    const missing = ROWS.filter((row) => !carriedOut.has(row) && !LATER.has(row));
    expect(missing).toEqual([]);
  });
}
