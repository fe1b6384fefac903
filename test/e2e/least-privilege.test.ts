import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { type BSON, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoUsers } from '../../src/development/demo-users.js';
import { createMongoStore } from '../../src/stores/mongo/index.js';
import { askExport } from '../support/export-request.js';
import {
  type Exit,
  type GatewayProcess,
  runGateway,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process.js';
import { findMongoPeers, type MongoPeer } from '../support/mongo-peer.js';
import { allowedBy, neededFor, ROLES } from '../support/mongo-privileges.js';
import { openMongoWire } from '../support/mongo-wire.js';
import { prepareProduction } from '../support/production-setting.js';

const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "least privilege" }) { actorToken session { id } }
}`;
const STOP = 'mutation { stopImpersonation { session { id } } }';
const READS = [
  '{ viewer { id } actor { id } }',
  '{ users(search: "c", first: 5) { nodes { id } } }',
  '{ impersonationSessions(first: 5) { nodes { id } } }',
];
const AUDIT_READS = [
  '{ impersonationEvents(first: 5) { nodes { id integrity { status } } } }',
  `{ impersonationEvents(first: 5, filter: { actorId: "user_ada", types: [IMPERSONATION_STARTED, OPERATION_DENIED] }) {
    nodes { id integrity { status } } } }`,
];
const TAIL = 'subscription { impersonationEventRecorded { id type } }';
const VERIFICATION = 'subscription { auditVerification { done } }';

const [kind] = await findMongoPeers();

/** Reads an event stream until `enough` of its text has come; then lets go of it. */
async function readStream(url: string, token: string, query: string, enough: RegExp, meanwhile = async () => {}) {
  const outgoing = request(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'content-type': 'application/json' },
  });
  outgoing.end(JSON.stringify({ query }));
  const [answer] = await once(outgoing, 'response');
  let text = '';
  const read = (async () => {
    for await (const chunk of answer) {
      text += String(chunk);
      if (enough.test(text)) break;
    }
  })();
  await meanwhile();
  await read;
  outgoing.destroy();
  return text;
}

if (kind === undefined) {
  it('the rights of the database users were tested', ({ skip }) => skip('no MongoDB-compatible server could be had'));
} else {
  describe(`the roles of deploy/mongodb/roles.json, held against what goes over the wire (${kind.name})`, () => {
    const database = `least_privilege_${process.pid}_${Date.now().toString(36)}`;
    const sent: Record<string, readonly BSON.Document[]> = {};
    const exits: Record<string, Exit> = {};
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let peer: MongoPeer;
    let settings: Settings;
    let denied = '';

    /** Runs something with a wire of its own, its address in a file, as a deployment would. */
    async function wired(role: string, use: (environment: Settings) => Promise<void>): Promise<void> {
      const wire = await openMongoWire(peer.uri);
      const file = path.join(folder.path, `${role}.uri`);
      await writeFile(file, `${wire.uri}\n`);
      try {
        await use({ ...settings, MONGODB_URI_FILE: file });
      } finally {
        sent[role] = [...wire.commands];
        await wire.close();
      }
    }

    const command = (role: string, args: readonly string[]) =>
      wired(role, async (environment) => {
        exits[role] = await runGateway(args, environment);
      });

    async function story(gateway: GatewayProcess, sign: (id: string) => Promise<string>): Promise<void> {
      const [ada, audrey] = [await sign('user_ada'), await sign('user_audrey')];
      const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(ada, START);
      const { actorToken } = data.startImpersonation;
      for (const query of READS) await gateway.graphql(ada, query);
      await gateway.graphql(actorToken, '{ viewer { id } }');
      denied = (await gateway.graphql(actorToken, START)).codes.join();
      await readStream(gateway.url, audrey, TAIL, /IMPERSONATION_STOPPED/, async () => {
        await gateway.graphql(actorToken, STOP);
      });
      for (const query of AUDIT_READS) expect((await gateway.graphql(audrey, query)).codes).toEqual([]);
      await readStream(gateway.url, audrey, VERIFICATION, /"done":true|complete/);
      expect((await askExport(gateway.url, audrey, { query: '?format=ndjson' })).status).toBe(200);
    }

    beforeAll(async () => {
      folder = await temporaryFolder();
      peer = await kind.start();
      const production = await prepareProduction(folder.path, 'EdDSA');
      settings = { DATA_DIR: folder.path, MONGODB_DB: database, ...production.settings };
      await command('impersonationGatewaySetup', ['store', 'prepare']);
      // The company's own directory, past the gateway.
      const people = createMongoStore({ uri: peer.uri, database });
      await people.open();
      await people.seedUsers(demoUsers());
      await people.close();
      await wired('impersonationGateway', async (environment) => {
        const gateway = await startGatewayProcess(folder.path, environment);
        try {
          await story(gateway, (id) => production.issuer.sign(id));
        } finally {
          exits.impersonationGateway = await gateway.stop();
        }
      });
      await command('impersonationAuditor', ['audit', 'verify']);
      await command('impersonationErasure', ['audit', 'erase', '--user', 'user_cleo', '--yes']);
    }, 120_000);

    afterAll(async () => {
      if (kind.lacks['own-process'] !== undefined) {
        const client = new MongoClient(peer.uri);
        await client.db(database).dropDatabase();
        await client.close();
      }
      await peer.stop();
      await folder.remove();
    });

    it('the whole story has been played', () => {
      expect(denied).toBe('NESTED_IMPERSONATION');
      for (const [role, { code, stderr }] of Object.entries(exits))
        expect({ role, code, stderr }).toMatchObject({ code: 0 });
      expect(Object.keys(sent)).toHaveLength(4);
    });

    it.each(['impersonationGatewaySetup', 'impersonationGateway', 'impersonationAuditor', 'impersonationErasure'])(
      '%s allows every command that is sent',
      (role) => {
        const allowed = allowedBy(role);
        const commands = sent[role] ?? [];
        expect(commands.length).toBeGreaterThan(3);
        const refused = commands.flatMap((one) => neededFor(one).filter((needed) => !allowed.has(needed)));
        expect([...new Set(refused)]).toEqual([]);
      },
    );

    it.each(['impersonationGatewaySetup', 'impersonationGateway', 'impersonationErasure'])(
      '%s allows nothing that is not made use of',
      (role) => {
        const used = new Set((sent[role] ?? []).flatMap(neededFor));
        const inherited = ROLES.find((known) => known.role === role)?.inherits ?? [];
        const unused = [...allowedBy(role)].filter(
          (right) => !used.has(right) && !inherited.some((other) => allowedBy(other).has(right)),
        );
        // A server without change streams, or over one connection, is not asked for one.
        const streams = kind.lacks['change-streams'] === undefined;
        expect(unused).toEqual(role === 'impersonationGateway' && !streams ? ['impersonationEvents changeStream'] : []);
      },
    );

    it('the running gateway never asks to change or remove what is on record, nor to make an index', () => {
      const wanted = (sent.impersonationGateway ?? []).flatMap(neededFor);
      expect(wanted).toContain('impersonationEvents insert');
      expect(wanted.filter((need) => /^(impersonationEvents|auditSeals) (update|remove)|create/.test(need))).toEqual(
        [],
      );
    });

    it('a database that the setup has prepared is served without any command that makes something', () => {
      const names = (sent.impersonationGateway ?? []).map((one) => Object.keys(one)[0]);
      expect(names).toContain('listIndexes');
      expect(names).not.toContain('createIndexes');
    });
  });
}

describe('the roles', () => {
  it('let nobody but retention remove, and nobody but erasure update, what is on record', () => {
    const holding = (right: string) => ROLES.map(({ role }) => role).filter((role) => allowedBy(role).has(right));
    expect(holding('impersonationEvents remove')).toEqual(['impersonationRetention']);
    expect(holding('impersonationEvents update')).toEqual(['impersonationErasure']);
    for (const right of ['auditSeals update', 'auditSeals remove', 'users insert', 'users update', 'users remove'])
      expect(holding(right), right).toEqual([]);
  });
});
