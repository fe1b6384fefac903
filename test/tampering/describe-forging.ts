import { sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { openChain } from '../../src/audit/chain.js';
import { commitStatement } from '../../src/audit/format.js';
import { createChainSigner } from '../../src/audit/seal/chain-signer.js';
import { createGatewaySigner } from '../../src/audit/seal/gateway-signer.js';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { collectedLog } from '../unit/audit/drafts.js';
import type { Ground } from './attack.js';
import type { Scene } from './describe-tampering.js';
import { eventAt, idOf, type RawDatabase } from './raw-database.js';
import { hashOf, MALLORYS_KEY, otherDuration } from './rewriting.js';
import { kindsIn, verdictOnline } from './verdicts.js';
import { freshKeyring, StoryClock, storyDrafts, type WritingGateway, writingGateway } from './written-trail.js';

/** Something put into the database before any replica has sealed it. */
interface Forgery {
  readonly name: string;
  /** Resolves to the chain and the sequence from which on nothing may be sealed. */
  readonly forge: (ground: Ground) => Promise<{ readonly chain: string; readonly from: number }>;
  /** What the sealer says of it; null where it has nothing to say, for it waits for a signature. */
  readonly fault: string | null;
  readonly verified: readonly string[];
}

/** The event that would come next in the chain with sessions, made up by somebody who knows every format. */
async function nextEvent({ db, trail }: Ground): Promise<StoredEvent> {
  const last = await eventAt(db, trail.one, 10);
  const body = last.body.replace('"sequence":10,', '"sequence":11,').replace('user_ada', 'user_grace');
  const hash = hashOf(last.hash, body);
  return { ...last, id: idOf(trail.one, 11), sequence: 11, actorId: 'user_grace', body, previousHash: last.hash, hash };
}

const FORGERIES: readonly Forgery[] = [
  {
    name: 'an event signed with a key of their own',
    async forge(ground) {
      const event = await nextEvent(ground);
      const statement = commitStatement(event.chain, event.sequence, event.hash);
      await ground.db.putEvents([{ ...event, signature: sign(null, statement, MALLORYS_KEY) }]);
      return { chain: event.chain, from: 11 };
    },
    fault: 'SIGNATURE',
    verified: ['COMMIT_SIGNATURE'],
  },
  {
    name: 'an event with the signature of another',
    async forge(ground) {
      const event = await nextEvent(ground);
      const { signature } = await eventAt(ground.db, ground.trail.one, 10);
      await ground.db.putEvents([{ ...event, signature }]);
      return { chain: event.chain, from: 11 };
    },
    fault: 'SIGNATURE',
    verified: ['COMMIT_SIGNATURE'],
  },
  {
    name: 'an event without a signature',
    async forge(ground) {
      const event = await nextEvent(ground);
      await ground.db.putEvents([{ ...event, signature: null }]);
      return { chain: event.chain, from: 11 };
    },
    fault: null,
    verified: ['UNSIGNED'],
  },
  {
    name: 'an edit of an event that waits for its seal',
    async forge({ db, trail }) {
      const { id, body } = await eventAt(db, trail.one, 10);
      await db.setInEvent(id, 'body', otherDuration(body));
      return { chain: trail.one, from: 10 };
    },
    fault: 'CONTENT',
    verified: ['CONTENT'],
  },
  {
    name: 'a whole chain whose key no gateway has vouched for',
    async forge({ db, trail }) {
      const strangers = createGatewaySigner(await freshKeyring());
      const gateway = { ...strangers, kid: trail.keyring.kid };
      const chain = openChain({ instance: 'gateway-1', version: '0.1.0' }, createChainSigner(gateway));
      await db.putEvents(chain.extend([storyDrafts(new StoryClock(trail.now)).read()]));
      return { chain: chain.id, from: 0 };
    },
    fault: 'KEY',
    verified: ['CHAIN_KEY'],
  },
];

/** What an attacker adds before a seal covers it is never sealed, by no replica, and everybody who should know is told. */
export function describeForging<D extends RawDatabase>(open: () => Promise<Scene<D>>): void {
  for (const { name, forge, fault, verified } of FORGERIES) {
    it.concurrent(`forge an event with its own key: ${name} is never sealed`, async ({ expect: expectHere }) => {
      const scene = await open();
      try {
        const { db, trail } = scene.ground;
        const store = await scene.store();
        const clock = new StoryClock(trail.now + 1_000);
        const { logger, lines } = collectedLog();
        const replica = (): WritingGateway =>
          writingGateway({ store, keyring: trail.keyring, clock, anchors: `${scene.folder}/anchors.log`, logger });
        const [first, later] = [replica(), replica()];
        const { chain, from } = await forge(scene.ground);

        await first.record(storyDrafts(clock).read());
        await first.sealer.seal();
        clock.advance(5_000);
        await first.record(storyDrafts(clock).read());
        await first.sealer.seal();
        await later.sealer.seal();

        const sealedTo = await sealedUpTo(db);
        expectHere(sealedTo.get(chain) ?? -1).toBe(from - 1);
        // The rest of the trail does not suffer from it.
        expectHere(sealedTo.get(first.chain())).toBe(1);
        expectHere(sealedTo.get(trail.one)).toBe(from === 10 ? 9 : 10);
        for (const { sealer, metrics } of [first, later]) {
          const found = [...sealer.faults().values()].map((spot) => ({ ...spot }));
          expectHere(found).toEqual(fault === null ? [] : [{ chain, sequence: from, fault }]);
          const text = await metrics.registry.getSingleMetricAsString('gateway_audit_faults_total');
          expectHere(text).toContain(`gateway_audit_faults_total ${fault === null ? 0 : 1}`);
        }
        const alarms = lines.filter((line) => line.includes('changed from outside')).map((line) => JSON.parse(line));
        expectHere(alarms).toEqual(
          fault === null ? [] : Array(2).fill(expect.objectContaining({ chain, sequence: from, fault })),
        );
        const now = { ...trail, now: clock.now() };
        expectHere(kindsIn(await verdictOnline(store, now))).toEqual(verified);
      } finally {
        await scene.close();
      }
    });
  }
}

/** How far the seals in the database cover each chain. */
async function sealedUpTo(db: RawDatabase): Promise<ReadonlyMap<string, number>> {
  const sealed = new Map<string, number>();
  for (const { body } of await db.seals()) {
    const { chains } = JSON.parse(body) as { chains: { chain: string; to: number }[] };
    for (const { chain, to } of chains) sealed.set(chain, to);
  }
  return sealed;
}
