import { createHash } from 'node:crypto';
import { type Binary, MongoClient } from 'mongodb';
import type { Acknowledged } from './acknowledged-load.js';

/** The trail as it is in MongoDB, read past the product. Formulas are worked out here anew. */
export interface StoredDocuments {
  /** Chains that do not follow from 0 without gap, fork or broken link, one line each. */
  brokenChains(): Promise<string[]>;
  /** Seals that do not follow from 0 without gap, that do not link, or cover something twice or leave something out. */
  brokenSeals(): Promise<string[]>;
  /** Acknowledged events that are not there exactly once. */
  missing(acknowledged: readonly Acknowledged[]): Promise<string[]>;
  /** Of each chain: the last event there is, and the last that a seal covers. */
  extents(): Promise<
    ReadonlyMap<string, { readonly last: number; readonly sealedTo: number; readonly instance: string }>
  >;
  /** Sessions that have not come to exactly one end. */
  unsettled(): Promise<string[]>;
  seals(): Promise<{ readonly index: number; readonly body: string }[]>;
  close(): Promise<void>;
}

interface EventDocument {
  readonly _id: string;
  readonly chain: string;
  readonly sequence: number;
  readonly body: string;
  readonly previousHash: Binary;
  readonly hash: Binary;
  readonly type: string;
  readonly requestId: string;
  readonly sessionId: string | null;
}

interface Stretch {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  readonly head: string;
}

const ENDS = ['IMPERSONATION_STOPPED', 'IMPERSONATION_EXPIRED', 'IMPERSONATION_REVOKED'];

export function openStoredDocuments(uri: string, database: string): StoredDocuments {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 });
  const db = client.db(database);
  const events = () => db.collection<EventDocument>('impersonationEvents').find({}).toArray();
  const seals = async () =>
    (await db.collection<{ _id: number; body: string; hash: Binary }>('auditSeals').find({}).toArray())
      .map(({ _id, body, hash }) => ({ index: _id, body, hash: hexOf(hash) }))
      .sort((one, other) => one.index - other.index);

  async function byChain(): Promise<Map<string, EventDocument[]>> {
    const chains = new Map<string, EventDocument[]>();
    for (const event of await events()) chains.set(event.chain, [...(chains.get(event.chain) ?? []), event]);
    for (const chain of chains.values()) chain.sort((one, other) => one.sequence - other.sequence);
    return chains;
  }

  return {
    async brokenChains() {
      const faults: string[] = [];
      for (const [chain, members] of await byChain()) {
        let head = createHash('sha256').update(`impersonation-gateway/genesis/v1\n${chain}`).digest('hex');
        for (const [at, { sequence, previousHash, hash, body }] of members.entries()) {
          if (sequence !== at) faults.push(`${chain}: ${sequence} stands where ${at} should`);
          if (hexOf(previousHash) !== head) faults.push(`${chain}: ${sequence} does not link`);
          const hashed = createHash('sha256')
            .update('impersonation-gateway/event/v1\n')
            .update(head, 'hex')
            .update(body);
          head = hashed.digest('hex');
          if (hexOf(hash) !== head) faults.push(`${chain}: ${sequence} is not what was hashed`);
        }
      }
      return faults;
    },
    async brokenSeals() {
      const faults: string[] = [];
      const sealedTo = new Map<string, number>();
      let previous = createHash('sha256').update('impersonation-gateway/seal-genesis/v1\n').digest('hex');
      for (const [at, { index, body, hash }] of (await seals()).entries()) {
        const said = JSON.parse(body) as { index: number; previousSealHash: string; chains: Stretch[] };
        if (index !== at || said.index !== at) faults.push(`seal ${index} stands where ${at} should`);
        if (said.previousSealHash !== previous) faults.push(`seal ${index} does not link`);
        for (const { chain, from, to } of said.chains) {
          if (from !== (sealedTo.get(chain) ?? -1) + 1) faults.push(`seal ${index} begins at ${from} of ${chain}`);
          sealedTo.set(chain, to);
        }
        previous = hash;
      }
      return faults;
    },
    async missing(acknowledged) {
      const sessionsOf = new Map<string, (string | null)[]>();
      for (const { type, requestId, sessionId } of await events()) {
        const key = `${type} ${requestId}`;
        sessionsOf.set(key, [...(sessionsOf.get(key) ?? []), sessionId]);
      }
      return acknowledged
        .filter(({ type, requestId, sessionId }) => {
          const found = sessionsOf.get(`${type} ${requestId}`) ?? [];
          return found.length !== 1 || (sessionId !== null && found[0] !== sessionId);
        })
        .map(({ type, requestId }) => `${type} of request ${requestId} was acknowledged and is not there once`);
    },
    async extents() {
      const sealedTo = new Map<string, number>();
      for (const { body } of await seals()) {
        for (const { chain, to } of (JSON.parse(body) as { chains: Stretch[] }).chains) sealedTo.set(chain, to);
      }
      return new Map(
        [...(await byChain())].map(([chain, members]) => {
          const { instance } = (JSON.parse(members[0]?.body ?? '{}') as { gateway: { instance: string } }).gateway;
          return [chain, { last: members.at(-1)?.sequence ?? -1, sealedTo: sealedTo.get(chain) ?? -1, instance }];
        }),
      );
    },
    async unsettled() {
      const all = await events();
      const sessions = await db
        .collection<{ _id: string; status: string }>('impersonationSessions')
        // The collection also holds documents that are no sessions.
        .find({ status: { $in: ['ACTIVE', 'STOPPED', 'EXPIRED', 'REVOKED'] } })
        .toArray();
      return sessions.flatMap(({ _id, status }) => {
        const ends = all
          .filter(({ sessionId, type }) => sessionId === _id && ENDS.includes(type))
          .map(({ type }) => type);
        return ends.join() === `IMPERSONATION_${status}`
          ? []
          : [`session ${_id} is ${status}, its ends: ${ends.join()}`];
      });
    },
    seals,
    close: () => client.close(),
  };
}

function hexOf(binary: Binary): string {
  return Buffer.from(binary.value()).toString('hex');
}
