import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openChain } from '../../src/audit/chain.js';
import { nameArchive, verifyArchive, writeArchive } from '../../src/audit/retention/archive.js';
import { giveUp } from '../../src/audit/retention/give-up.js';
import { type PrunePlan, planPrune } from '../../src/audit/retention/plan-prune.js';
import { deletePruned, recordPrune } from '../../src/audit/retention/prune.js';
import { unfinishedPrunes } from '../../src/audit/retention/unfinished.js';
import { createChainSigner } from '../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../src/audit/seal/gateway-signer.js';
import { createSealState } from '../../src/audit/seal/seal-state.js';
import {
  anchorFile,
  exportFile,
  gatewayKeysFile,
  storedSeals,
  type Verdict,
  verifyStore,
} from '../../src/audit/verify/index.js';
import type { EventDraft, EventPruned } from '../../src/domain/audit-event.js';
import type { Store } from '../../src/stores/index.js';
import type { Scene } from './describe-tampering.js';
import { eventAt, idOf, type RawDatabase } from './raw-database.js';
import { kindsIn, verdictOffline, verdictOnline } from './verdicts.js';
import {
  freshKeyring,
  StoryClock,
  storyDrafts,
  type WritingGateway,
  type WrittenTrail,
  writingGateway,
} from './written-trail.js';

const nothing = (): void => undefined;

/** A trail of which everything before seal 3 was taken out by the product: 1 to 4 of `one`, and all of `other`. */
interface Pruned {
  readonly store: Store;
  readonly db: RawDatabase;
  /** With anchors of its own, and the time after the pruning. */
  readonly trail: WrittenTrail;
  readonly archive: string;
  readonly plan: PrunePlan;
  readonly folder: string;
  /** Another process of the gateway's. */
  gateway(): WritingGateway;
}

interface PruneAttack {
  readonly name: string;
  readonly attack: (pruned: Pruned) => Promise<void>;
  readonly verified: readonly string[];
}

const draftOf = (clock: StoryClock, pruned: EventPruned): EventDraft => ({
  ...storyDrafts(clock).read(),
  type: 'AUDIT_PRUNED',
  actor: null,
  pruned,
});

const saysOf = (plan: PrunePlan): EventPruned => ({
  before: plan.before,
  throughSeal: plan.throughSeal,
  archive: { sha256: '00'.repeat(32), bytes: 1, events: plan.events },
  ranges: plan.ranges,
});

async function recordOf(db: RawDatabase) {
  const record = (await db.events()).find(({ type }) => type === 'AUDIT_PRUNED');
  if (record === undefined) throw new Error('there is no record of pruning');
  return record;
}

const ATTACKS: readonly PruneAttack[] = [
  {
    name: 'more is deleted than was recorded',
    attack: ({ db, trail }) => db.deleteEvents([5, 6].map((sequence) => idOf(trail.one, sequence))),
    verified: ['EVENT_MISSING'],
  },
  {
    name: 'what goes on behind the record is deleted up to a seal',
    attack: ({ db, trail }) => db.deleteEvents([5, 6, 7].map((sequence) => idOf(trail.one, sequence))),
    verified: ['EVENT_MISSING'],
  },
  {
    name: 'the first event, kept for the key of its chain, is deleted as well',
    attack: ({ db, trail }) => db.deleteEvents([idOf(trail.one, 0)]),
    verified: ['EVENT_MISSING'],
  },
  {
    name: 'the record is deleted',
    async attack({ db }) {
      const { chain } = await recordOf(db);
      await db.deleteEvents((await db.events()).filter((event) => event.chain === chain).map(({ id }) => id));
    },
    verified: ['CHAIN_MISSING', 'EVENT_MISSING'],
  },
  {
    name: 'the record is edited to cover more',
    async attack({ db, trail }) {
      const { id, body } = await recordOf(db);
      await db.deleteEvents([5, 6, 7].map((sequence) => idOf(trail.one, sequence)));
      const head = Buffer.from((await eventAt(db, trail.one, 8)).previousHash).toString('hex');
      const wider = body.replace(/"from":1,"to":4,(.*?)"head":"[0-9a-f]{64}"/, `"from":1,"to":7,$1"head":"${head}"`);
      if (wider === body) throw new Error('the edit changes nothing');
      await db.setInEvent(id, 'body', wider);
    },
    verified: ['CHAIN_MISSING', 'CONTENT', 'EVENT_MISSING', 'SESSION_NOT_STARTED'],
  },
  {
    name: 'a record in a chain whose key no gateway has vouched for covers more',
    async attack({ db, trail, plan }) {
      const stranger = createChainSigner(createGatewaySigner(await freshKeyring()));
      const after = (await eventAt(db, trail.one, 8)).previousHash;
      await db.deleteEvents([5, 6, 7].map((sequence) => idOf(trail.one, sequence)));
      const before = plan.ranges.find(({ chain }) => chain === trail.one);
      const range = {
        chain: trail.one,
        from: 5,
        to: 7,
        previousHash: before?.head ?? '',
        head: Buffer.from(after).toString('hex'),
      };
      const clock = new StoryClock(trail.now);
      const chain = openChain({ instance: 'mallory', version: '0.1.0' }, stranger);
      await db.putEvents(chain.extend([draftOf(clock, { ...saysOf(plan), ranges: [range] })]));
    },
    verified: ['CHAIN_KEY', 'EVENT_MISSING'],
  },
  {
    name: 'a record says that something was taken out which no seal has as a stretch',
    async attack({ trail, plan, gateway }) {
      const writer = gateway();
      const range = { chain: trail.one, from: 5, to: 6, previousHash: '00'.repeat(32), head: '11'.repeat(32) };
      await writer.record(draftOf(new StoryClock(trail.now), { ...saysOf(plan), ranges: [range] }));
      await writer.stop();
    },
    verified: ['PRUNE_RECORD'],
  },
  {
    name: 'a pruning is given up, and more is said to have gone than it had announced',
    async attack({ db, trail, plan, gateway }) {
      const { chain, sequence } = await recordOf(db);
      const writer = gateway();
      const more = { chain: trail.one, from: 5, to: 7, previousHash: '00'.repeat(32), head: '11'.repeat(32) };
      const said = { ...saysOf(plan), ranges: [...plan.ranges, more], givenUp: { chain, sequence } };
      await writer.record(draftOf(new StoryClock(trail.now), said));
      await writer.stop();
    },
    verified: ['PRUNE_RECORD'],
  },
  {
    name: 'a seal that covers what was taken out is deleted',
    attack: ({ db }) => db.deleteSeals([1]),
    verified: ['EVENT_MISSING', 'PRUNE_RECORD', 'ROLLED_BACK', 'SEAL_INDEX'],
  },
];

/** What can be done around the pruning of a trail by somebody who has the database: the verifier names it. */
export function describePruning<D extends RawDatabase>(open: () => Promise<Scene<D>>): void {
  async function inScene(work: (pruned: Pruned, scene: Scene<D>) => Promise<void>, leaving = 0): Promise<void> {
    const scene = await open();
    try {
      await work(await prune(scene, leaving), scene);
    } finally {
      await scene.close();
    }
  }

  it.concurrent('a trail that was pruned holds as recorded, in the store and exported, and whole with its archive', ({
    expect: here,
  }) =>
    inScene(async ({ store, trail, archive, plan, folder }) => {
      here(plan.ranges.map(({ chain, from, to }) => [chain, from, to]).sort()).toEqual(
        [
          [trail.one, 1, 4],
          [trail.other, 0, 2],
        ].sort(),
      );
      const online = await verdictOnline(store, trail);
      here(online).toMatchObject({ verdict: 'HOLDS', prunedEvents: 7, limits: ['PRUNED_EVENTS'] });
      here(await verdictOffline(store, trail, folder)).toMatchObject({ verdict: 'HOLDS', prunedEvents: 7 });
      here(await verdictWith(store, trail, archive)).toMatchObject({ verdict: 'HOLDS', prunedEvents: 0, limits: [] });
    }));

  it.concurrent('a pruning that was broken off holds, and is found and finished', ({ expect: here }) =>
    inScene(async ({ store, trail, archive, db }) => {
      here((await db.events()).filter(({ chain, sequence }) => chain === trail.one && sequence <= 4)).toHaveLength(2);
      here(await verdictOnline(store, trail)).toMatchObject({ verdict: 'HOLDS', limits: ['PRUNED_EVENTS'] });
      here(await verdictWith(store, trail, archive)).toMatchObject({ verdict: 'HOLDS', limits: [] });
      const [unfinished, ...more] = await unfinishedPrunes(store.events, createGatewaySigner(trail.keyring));
      here(more).toEqual([]);
      here(await deletePruned(unfinished?.pruned.ranges ?? [], store.events, nothing)).toBe(1);
      here(await unfinishedPrunes(store.events, createGatewaySigner(trail.keyring))).toEqual([]);
      here(await verdictOnline(store, trail)).toMatchObject({ verdict: 'HOLDS', prunedEvents: 7 });
    }, 1));

  it.concurrent('a pruning that was given up in the middle of a stretch excuses what had gone, and no more', ({
    expect: here,
  }) =>
    inScene(async ({ store, trail, db, gateway }) => {
      const signer = createGatewaySigner(trail.keyring);
      const unfinished = await unfinishedPrunes(store.events, signer);
      const writer = gateway();
      const sealState = { sealed: (chain: string) => createSealState(store.events, store.seals, signer).sealed(chain) };
      const recording = { ...writer, sealState, now: trail.now };
      here(await giveUp(unfinished, 'the archive is lost', store.events, recording)).toEqual({ gone: 6, left: 1 });
      await writer.stop();
      here(await unfinishedPrunes(store.events, signer)).toEqual([]);
      const verdict = await verdictOnline(store, trail);
      here(verdict).toMatchObject({ verdict: 'HOLDS', limits: ['PRUNED_EVENTS', 'GIVEN_UP_EVENTS'], prunedEvents: 6 });
      here(Object.values(verdict.givenUpEvents)).toEqual([6]);
      await db.deleteEvents([idOf(trail.one, 4)]);
      here(kindsIn(await verdictOnline(store, trail))).toEqual(['EVENT_MISSING']);
    }, 1));

  it.concurrent('events that were deleted without a record are missing', async ({ expect: here }) => {
    const scene = await open();
    try {
      const { db, trail } = scene.ground;
      await db.deleteEvents([1, 2, 3].map((sequence) => idOf(trail.one, sequence)));
      here(kindsIn(await verdictOnline(await scene.store(), trail))).toEqual(['EVENT_MISSING']);
    } finally {
      await scene.close();
    }
  });

  it.concurrent('an archive that was edited is found out', ({ expect: here }) =>
    inScene(async ({ store, trail, archive }) => {
      const text = await readFile(archive, 'utf8');
      await writeFile(archive, text.replace('user_cleo', 'user_carl'));
      here(kindsIn(await verdictWith(store, trail, archive))).toContain('CONTENT');
    }));

  for (const { name, attack, verified } of ATTACKS) {
    it.concurrent(`after a pruning: ${name}`, ({ expect: here }) =>
      inScene(async (pruned) => {
        await attack(pruned);
        here(kindsIn(await verdictOnline(pruned.store, pruned.trail))).toEqual(verified);
      }));
  }

  it('nothing is left out of the list', () => {
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });
}

/** @param leaving how many of the events that were recorded are not deleted, as by a crash */
async function prune<D extends RawDatabase>(scene: Scene<D>, leaving: number): Promise<Pruned> {
  const { folder, ground } = scene;
  const store = await scene.store();
  const anchors = path.join(folder, 'anchors.log');
  await cp(ground.trail.anchors, anchors);
  const clock = new StoryClock(ground.trail.now + 1_000);
  const { keyring } = ground.trail;
  const signer = createGatewaySigner(keyring);
  const gateway = () => writingGateway({ store, keyring, clock, anchors });
  const writer = gateway();

  const before = (await store.seals.from(3, 1))[0]?.sealedAt ?? 0;
  const plan = await planPrune(before, { ...store, holds: [] });
  const file = path.join(folder, 'archive.ndjson');
  const written = await writeArchive(file, plan, store.events, clock.now(), nothing);
  const trust = {
    keys: await gatewayKeysFile(ground.trail.jwks),
    anchors: [anchorFile(anchors)],
    seals: storedSeals(store.seals),
  };
  await verifyArchive(written, plan, trust, nothing);
  await nameArchive(written, file);
  const sealState = { sealed: (chain: string) => createSealState(store.events, store.seals, signer).sealed(chain) };
  const said = { before, throughSeal: plan.throughSeal, archive: written.archive, ranges: plan.ranges };
  await recordPrune(said, 'a test', { ...writer, sealState, now: clock.now() });
  // What is left of a range is its end.
  const ranges = plan.ranges.map((range) =>
    range.chain === ground.trail.one ? { ...range, to: range.to - leaving } : range,
  );
  await deletePruned(ranges, store.events, nothing);
  await writer.stop();
  const trail = { ...ground.trail, anchors, now: clock.now() };
  return { store, db: ground.db, trail, archive: file, plan, folder, gateway };
}

async function verdictWith(store: Store, trail: WrittenTrail, archive: string): Promise<Verdict> {
  const trust = {
    keys: await gatewayKeysFile(trail.jwks),
    anchors: [anchorFile(trail.anchors)],
    archives: [exportFile(archive)],
  };
  return verifyStore(store, trust, { now: trail.now });
}
