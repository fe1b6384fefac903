import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { type Load, loadUntilGone } from '../support/acknowledged-load.js';
import {
  type GatewayProcess,
  runGateway,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process.js';
import { findMongoPeers, type MongoPeer, type MongoPeerKind } from '../support/mongo-peer.js';
import { startGateway } from '../support/running-gateway.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { openStoredDocuments, type StoredDocuments } from '../support/stored-documents.js';

const REPLICAS = ['one', 'two', 'three'] as const;
const WORKERS = 4;
const KILLED = 1;

const START = `mutation {
  startImpersonation(input: { userId: "user_carl", reason: "outlives its replica" }) { actorToken session { id } }
}`;
const STOP = 'mutation { stopImpersonation { session { id } } }';
const WHO = '{ viewer { id } impersonation { id status } }';

interface Started {
  readonly startImpersonation: { readonly actorToken: string; readonly session: { readonly id: string } };
}

/** Three processes that write at once need a server whose updates are atomic over several connections. */
async function fitPeer(): Promise<MongoPeerKind | null> {
  for (const kind of await findMongoPeers()) {
    const reason = kind.lacks['atomic-updates'];
    if (reason === undefined) return kind;
    console.warn(`NOT RUN on ${kind.name}, because ${reason}:\n  - three gateway processes over one MongoDB`);
  }
  return null;
}

const kind = await fitPeer();

if (kind === null) {
  it('three gateway processes wrote into one MongoDB', ({ skip }) =>
    skip('no fit MongoDB-compatible server could be had'));
} else {
  describe(`three gateway processes over one MongoDB (${kind.name}), one of them killed (TEST_SEED=${SEED})`, () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let peer: MongoPeer;
    let stored: StoredDocuments;
    let gateways: GatewayProcess[];
    let loads: Load[];
    let sealsAtDeath: number;
    let deadChain: string;
    let begunThere: Started['startImpersonation'];
    const database = `replicas_${process.pid}_${Date.now().toString(36)}`;

    const anchorsOf = (name: string) => path.join(folder.path, `anchors-${name}.log`);
    /** The keys of gateway and development issuer are in the folder that all share; anchors are each replica's own. */
    const settingsOf = (name: string): Settings => ({
      DATA_DIR: folder.path,
      PUBLIC_URL: 'https://gateway.example',
      MONGODB_URI: peer.uri,
      MONGODB_DB: database,
      GATEWAY_INSTANCE: name,
      AUDIT_ANCHOR_FILE: anchorsOf(name),
      IMPERSONATION_MAX_ACTIVE: '100',
      IMPERSONATION_STARTS_PER_MINUTE: '10000',
      DENIED_EVENTS_PER_MINUTE: '10000',
    });

    beforeAll(async () => {
      folder = await temporaryFolder();
      peer = await kind.start();
      stored = openStoredDocuments(peer.uri, database);
      // The first makes the keys and the indexes.
      gateways = [await startGatewayProcess(folder.path, settingsOf(REPLICAS[0]))];
      for (const name of REPLICAS.slice(1)) gateways.push(await startGatewayProcess(folder.path, settingsOf(name)));
      const random = seededRandom(SEED);
      let enough = false;
      const counts = gateways.map(() => 0);
      const loading = gateways.map((gateway, at) =>
        loadUntilGone(gateway, {
          workers: WORKERS,
          random,
          enough: () => enough,
          onAcknowledged: (_event, count) => {
            counts[at] = count;
          },
        }),
      );
      // Until all three have written, and have a seal in their anchors, so that it dies in the midst of both.
      const sealing = () => REPLICAS.every((name) => existsSync(anchorsOf(name)));
      await until(async () => counts.every((count) => count > 30) && sealing(), 60_000);
      const dying = gateways[KILLED] as GatewayProcess;
      begunThere = (await dying.graphql<Started>(await dying.signIn('user_ada'), START)).data.startImpersonation;
      await dying.kill();
      sealsAtDeath = (await stored.seals()).length;
      const atDeath = [...counts];
      await until(async () => counts.every((count, at) => at === KILLED || count > (atDeath[at] ?? 0) + 30), 60_000);
      enough = true;
      loads = await Promise.all(loading);
      deadChain = [...(await stored.extents())].find(([, { instance }]) => instance === REPLICAS[KILLED])?.[0] ?? '';
      await until(
        async () => [...(await stored.extents()).values()].every(({ last, sealedTo }) => last === sealedTo),
        30_000,
      );
    }, 240_000);

    afterAll(async () => {
      for (const gateway of gateways ?? []) await gateway.stop();
      await stored?.close();
      await peer?.stop();
      await folder?.remove();
    }, 60_000);

    it('every answer was one of those expected, and every event that an answer acknowledged is there', async () => {
      expect(loads.flatMap(({ unexpected }) => unexpected)).toEqual([]);
      expect(loads.map(({ acknowledged }) => acknowledged.length > 30)).toEqual([true, true, true]);
      expect(await stored.missing(loads.flatMap(({ acknowledged }) => acknowledged))).toEqual([]);
    });

    it('no chain forks: each is one process’s, from 0 without a gap, each event linked to the one before', async () => {
      expect(await stored.brokenChains()).toEqual([]);
      const instances = [...(await stored.extents()).values()].map(({ instance }) => instance);
      expect(instances.toSorted()).toEqual([...REPLICAS].toSorted());
    });

    it('each seal has one winner: their indices follow from 0, each is linked, and none covers what another does', async () => {
      expect(await stored.brokenSeals()).toEqual([]);
      expect((await stored.seals()).length).toBeGreaterThan(sealsAtDeath);
    });

    it('what the killed one wrote last is sealed by the others', async () => {
      const { last, sealedTo } = (await stored.extents()).get(deadChain) ?? { last: -1, sealedTo: -2 };
      expect(sealedTo).toBe(last);
    });

    it('every replica holds as anchors only seals that are stored, and all of them since it began', async () => {
      const bodies = (await stored.seals()).map(({ body }) => body);
      for (const name of REPLICAS) {
        const lines = (await readFile(anchorsOf(name), 'utf8')).trimEnd().split('\n');
        const anchored = lines.map((line) => JSON.parse(line) as { index: number; body: string });
        expect(anchored.map(({ index, body }) => bodies[index] === body)).toEqual(anchored.map(() => true));
        const indices = anchored.map(({ index }) => index);
        expect(indices).toEqual(indices.map((_, at) => (indices[0] ?? 0) + at));
      }
    });

    it.each(REPLICAS)('verified with the anchors of replica %s, the trail holds', async (name) => {
      const { code, stdout, stderr } = await runGateway(['audit', 'verify'], settingsOf(name), { limitMs: 60_000 });
      expect([code, stdout, stderr], stdout).toEqual([0, expect.stringContaining('HOLDS'), '']);
    });

    it('a session that the killed one began is active at the others, and stopped at one is refused by the other', async () => {
      const [one, three] = [gateways[0], gateways[2]];
      const { actorToken, session } = begunThere;
      const active = { viewer: { id: 'user_carl' }, impersonation: { id: session.id, status: 'ACTIVE' } };
      expect((await one?.graphql(actorToken, WHO))?.data).toEqual(active);
      expect((await three?.graphql(actorToken, STOP))?.codes).toEqual([]);
      await until(async () => (await one?.graphql(actorToken, WHO))?.codes.join() === 'IMPERSONATION_ENDED', 5_000);
      expect((await one?.graphql(actorToken, WHO))?.codes).toEqual(['IMPERSONATION_ENDED']);
    });

    it('sessions that the killed one left behind come to their end in time', async () => {
      for (const gateway of gateways.splice(0)) await gateway.stop();
      const store = createMongoStore({ uri: peer.uri, database });
      const later = await startGateway({
        directory: folder.path,
        environment: settingsOf('later'),
        wrapStore: () => store,
      });
      try {
        later.clock.advance(3 * 60_000);
        await until(async () => (await stored.unsettled()).length === 0, 20_000);
      } finally {
        await later.stop();
      }
      expect(await stored.unsettled()).toEqual([]);
      expect(await stored.brokenChains()).toEqual([]);
      expect(await stored.brokenSeals()).toEqual([]);
    }, 60_000);
  });
}

/** Waits for something to hold, but no longer than so long; what then does not hold is for the tests to tell. */
async function until(holds: () => Promise<boolean>, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end && !(await holds()); ) await pause(250);
}
