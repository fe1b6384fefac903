import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { type Load, loadUntilGone } from '../support/acknowledged-load.js';
import type { Answer } from '../support/ask.js';
import {
  type GatewayProcess,
  runGateway,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process.js';
import { findMongoPeers, type MongoPeer, type MongoPeerKind } from '../support/mongo-peer.js';
import { type MongoWire, openMongoWire } from '../support/mongo-wire.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { openStoredDocuments, type StoredDocuments } from '../support/stored-documents.js';
import { readSessions } from '../support/trail-reading.js';

const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "an outage" }) { actorToken session { id } }
}`;
const STOP = 'mutation { stopImpersonation { session { id } } }';
const REVOKE = `mutation Revoke($id: ID!) {
  revokeImpersonation(input: { sessionId: $id, reason: "an outage" }) { session { id } }
}`;
const WHO = '{ viewer { id } impersonation { id } }';
const GAPS = `{
  impersonationEvents(first: 10, filter: { types: [AUDIT_GAP] }) { nodes { type occurredAt gap { from until } } }
}`;
/** Longer than the trail's patience, so that what waits is given up. */
const OUTAGE_MS = 6_000;

interface Started {
  readonly actorToken: string;
  readonly session: { readonly id: string };
}

interface Outage {
  readonly name: string;
  readonly begin: (wire: MongoWire, peer: MongoPeer) => Promise<void> | void;
  readonly end: (wire: MongoWire, peer: MongoPeer) => Promise<void> | void;
}

const OUTAGES: readonly (Outage & { readonly needs?: 'durable' })[] = [
  { name: 'the way to it is cut', begin: (wire) => wire.cut(), end: (wire) => wire.mend() },
  { name: 'its network swallows everything', begin: (wire) => wire.silence(), end: (wire) => wire.mend() },
  {
    name: 'its process is killed, and started again over what it had made durable',
    needs: 'durable',
    begin: (_wire, peer) => peer.kill?.(),
    end: (_wire, peer) => peer.restart?.(),
  },
];

const [kind] = await findMongoPeers();

/** The outages that the server can be made to suffer; the others are named, with the reason. */
const possible = OUTAGES.filter(({ name, needs }) => {
  const reason = needs === undefined ? undefined : kind?.lacks[needs];
  if (reason !== undefined)
    console.warn(`NOT RUN on ${kind?.name}, because ${reason}:\n  - an outage of the store: ${name}`);
  return reason === undefined;
});

/** A gateway over a store that has had its outage, and what clients were answered in it. */
interface Outlived {
  readonly gateway: GatewayProcess;
  readonly stored: StoredDocuments;
  readonly settings: Settings;
  readonly load: Load;
  readonly stopped: Started;
  readonly revoked: Started;
  readonly downAt: number;
  readonly upAt: number;
  /** Codes of each start that was tried, of the stop, of the revocation, and of what the dead tokens were then used for. */
  readonly starts: readonly (readonly string[])[];
  readonly startTexts: readonly string[];
  readonly stop: readonly string[];
  readonly afterStop: readonly string[];
  readonly revoke: readonly string[];
  readonly afterRevoke: readonly string[];
  /** What the answers to the stop and to the revocation say besides. */
  readonly besides: readonly unknown[];
  /** Codes of the last start that was tried once it was over. */
  readonly afterwards: readonly string[];
  close(): Promise<void>;
}

async function start(gateway: GatewayProcess, admin: string): Promise<Started> {
  const { data, text } = await gateway.graphql<{ startImpersonation: Started } | null>(admin, START);
  if (data === null) throw new Error(`the start was refused: ${text}`);
  return data.startImpersonation;
}

async function outlive(kind: MongoPeerKind, outage: Outage): Promise<Outlived> {
  const folder = await temporaryFolder();
  const peer = await kind.start();
  const wire = await openMongoWire(peer.uri);
  const database = `outage_${process.pid}_${Date.now().toString(36)}`;
  const settings = {
    DATA_DIR: folder.path,
    PUBLIC_URL: 'https://gateway.example',
    MONGODB_URI: wire.uri,
    MONGODB_DB: database,
    IMPERSONATION_MAX_ACTIVE: '100',
    IMPERSONATION_STARTS_PER_MINUTE: '10000',
    DENIED_EVENTS_PER_MINUTE: '10000',
  };
  const stored = openStoredDocuments(peer.uri, database);
  const gateway = await startGatewayProcess(folder.path, settings);
  const codes = async (token: string, query: string, variables?: Record<string, unknown>) =>
    (await gateway.graphql(token, query, variables)).codes;

  const [ada, grace] = [await gateway.signIn('user_ada'), await gateway.signIn('user_grace')];
  const load = await loadUntilGone(gateway, { workers: 2, random: seededRandom(SEED), enough: enoughOf(40) });
  const [stopped, revoked] = [await start(gateway, ada), await start(gateway, ada)];
  await gateway.graphql(grace, WHO);

  const downAt = Date.now();
  await outage.begin(wire, peer);
  const over = pause(OUTAGE_MS);
  const ends = await Promise.all([
    gateway.graphql(stopped.actorToken, STOP),
    gateway.graphql(grace, REVOKE, { id: revoked.session.id }),
  ]);
  const [stop, revoke] = [ends[0].codes, ends[1].codes];
  const [afterStop, afterRevoke] = [await codes(stopped.actorToken, WHO), await codes(revoked.actorToken, WHO)];
  const starts: Answer<unknown>[] = [];
  for (let count = 0; count < 3; count += 1) starts.push(await gateway.graphql(ada, START));
  await over;
  // Before it ends, and not after: the gateway may write as soon as it can, while we still look on.
  const upAt = Date.now();
  await outage.end(wire, peer);
  let afterwards: readonly string[] = [];
  await until(async () => {
    afterwards = await codes(ada, START);
    return afterwards.length === 0;
  });
  return {
    ...{
      gateway,
      stored,
      settings,
      load,
      stopped,
      revoked,
      downAt,
      upAt,
      stop,
      afterStop,
      revoke,
      afterRevoke,
      besides: ends.map(({ text }) => (JSON.parse(text) as { extensions?: unknown }).extensions),
      afterwards,
    },
    starts: starts.map((answer) => answer.codes),
    startTexts: starts.map(({ text }) => text),
    async close() {
      await gateway.stop();
      await stored.close();
      await wire.close();
      await peer.stop();
      await folder.remove();
    },
  };
}

if (kind === undefined) {
  it('a gateway process outlived an outage of MongoDB', ({ skip }) =>
    skip('no MongoDB-compatible server could be had'));
} else {
  const outlived = new Map<string, Outlived>();

  // All at once, each with a server and a gateway of its own: most of it is waiting.
  beforeAll(async () => {
    await Promise.all(
      possible.map(async (outage) => {
        outlived.set(outage.name, await outlive(kind, outage));
      }),
    );
  }, 180_000);

  afterAll(async () => {
    await Promise.all([...outlived.values()].map((one) => one.close()));
  }, 60_000);

  describe.each(possible)(`while the store is down because $name (${kind.name}, TEST_SEED=${SEED})`, ({ name }) => {
    const seen = (): Outlived => {
      const one = outlived.get(name);
      if (one === undefined) throw new Error('there was no such outage');
      return one;
    };

    beforeEach(() => {
      onTestFailed(() => console.error(`the gateway printed last:\n${seen().gateway.printed().stdout.slice(-8_000)}`));
    });

    it('a start is refused with AUDIT_UNAVAILABLE, and no token is given out', () => {
      expect(seen().starts).toEqual([['AUDIT_UNAVAILABLE'], ['AUDIT_UNAVAILABLE'], ['AUDIT_UNAVAILABLE']]);
      expect(seen().startTexts.join()).not.toContain('eyJ');
    });

    it('a stop is carried out: the actor token is dead at once', () => {
      expect([seen().stop, seen().afterStop]).toEqual([[], ['IMPERSONATION_ENDED']]);
    });

    it('a revocation is carried out: the actor token is dead at once', () => {
      expect([seen().revoke, seen().afterRevoke]).toEqual([[], ['IMPERSONATION_ENDED']]);
    });

    it('both answers say that other replicas cannot know of it yet', () => {
      const { besides, stopped, revoked } = seen();
      expect(besides).toEqual([{ endedHereOnly: [stopped.session.id] }, { endedHereOnly: [revoked.session.id] }]);
    });

    it('a start is possible again once it is over', () => {
      expect(seen().afterwards).toEqual([]);
    });

    it('nothing that was acknowledged before is lost', async () => {
      const { load, stored } = seen();
      expect(load.unexpected).toEqual([]);
      expect(load.acknowledged.length).toBeGreaterThanOrEqual(40);
      expect(await stored.missing(load.acknowledged)).toEqual([]);
    });

    it('what was ended in it is stored and on the record once it is over, and stays ended', async () => {
      const { gateway, stored, stopped, revoked } = seen();
      const audrey = await gateway.signIn('user_audrey');
      const statuses = async () => {
        const sessions = await readSessions((query, variables) => gateway.graphql(audrey, query, variables));
        return [stopped, revoked].map(({ session }) => sessions.find(({ id }) => id === session.id)?.status);
      };
      await until(async () => (await statuses()).every((status) => status !== 'ACTIVE'));
      expect(await statuses()).toEqual(['STOPPED', 'REVOKED']);
      const ended = async () =>
        (await stored.unsettled()).filter(
          (line) => line.includes(stopped.session.id) || line.includes(revoked.session.id),
        );
      await until(async () => (await ended()).length === 0);
      expect(await ended()).toEqual([]);
      expect((await gateway.graphql(stopped.actorToken, WHO)).codes).toEqual(['IMPERSONATION_ENDED']);
      expect((await gateway.graphql(revoked.actorToken, WHO)).codes).toEqual(['IMPERSONATION_ENDED']);
    });

    it('the trail says itself, by AUDIT_GAP, from when until when it could not be written', async () => {
      const { gateway, downAt, upAt } = seen();
      const audrey = await gateway.signIn('user_audrey');
      interface Gaps {
        readonly impersonationEvents: {
          readonly nodes: { readonly gap: { readonly from: string; readonly until: string } }[];
        };
      }
      const gaps = async () => (await gateway.graphql<Gaps>(audrey, GAPS)).data.impersonationEvents.nodes;
      await until(async () => (await gaps()).length > 0);
      const [gap] = await gaps();
      expect(await gaps()).toHaveLength(1);
      const [from, to] = [Date.parse(gap?.gap.from ?? ''), Date.parse(gap?.gap.until ?? '')];
      // It begins when the first event could not be written, and ends when one could.
      expect(from).toBeGreaterThanOrEqual(downAt);
      expect(from).toBeLessThan(upAt);
      expect(to).toBeGreaterThanOrEqual(upAt);
    });

    it('the trail holds when all of it is verified', async () => {
      const { stored, settings } = seen();
      expect(await stored.brokenChains()).toEqual([]);
      const { code, stdout } = await runGateway(['audit', 'verify'], settings, { limitMs: 60_000 });
      expect(code, stdout).toBe(0);
      expect(stdout).toContain('HOLDS');
    });
  });
}

/** True from so many calls on. */
function enoughOf(most: number): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls > most;
  };
}

/** Waits for something to hold, but not for ever; what then does not hold is for the tests to tell. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end && !(await holds()); ) await pause(200);
}
