import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { type BSON, type Db, MongoClient } from 'mongodb';
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
import { runCommand } from '../support/run-command.js';
import { activeSession } from '../support/store-fixtures.js';

const start = (userId: string) => `mutation {
  startImpersonation(input: { userId: "${userId}", reason: "least privilege" }) { actorToken session { id } }
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

/** Who a command of the program is for, in the order in which they are run over one database. */
const ACCOUNTS = {
  'store prepare': 'impersonationGatewaySetup',
  serve: 'impersonationGateway',
  'audit verify': 'impersonationAuditor',
  'audit export': 'impersonationGateway',
  'audit hold --add': 'impersonationGateway',
  'audit hold --list': 'impersonationGateway',
  'audit hold --release': 'impersonationGateway',
  'sessions end-all': 'impersonationGateway',
  'audit prune': 'impersonationRetention',
  'audit erase': 'impersonationErasure',
  'audit restored': 'impersonationGateway',
} as const;
type Command = keyof typeof ACCOUNTS;
const COMMANDS = Object.keys(ACCOUNTS) as Command[];

/**
 * Which role is enough for what: a role that could do more than it says here, or less, fails. `prepare` over an empty database. A dash:
 * that depends on whether there is something to be sealed.
 */
const ENOUGH = `
                     | Gateway | GatewaySetup | Auditor | Erasure | Retention
store prepare        | no      | yes          | no      | no      | no
serve                | yes     | no           | no      | yes     | yes
audit verify         | yes     | no           | yes     | yes     | yes
audit export         | yes     | no           | no      | yes     | yes
audit hold --add     | yes     | no           | no      | yes     | yes
audit hold --list    | yes     | no           | -       | yes     | yes
audit hold --release | yes     | no           | no      | yes     | yes
sessions end-all     | yes     | no           | no      | yes     | yes
audit prune          | no      | no           | no      | no      | yes
audit erase          | no      | no           | no      | yes     | no
audit restored       | yes     | no           | no      | yes     | yes
`;

/** The rights that a command needs beyond those of the running gateway. */
const BEYOND_THE_GATEWAY: Partial<Record<Command, readonly string[]>> = {
  'audit prune': ['impersonationEvents remove'],
  'audit erase': ['impersonationEvents update'],
};

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

/** Makes the one session of the story active again, as a copy of the database from before its end would. */
async function revive(db: Db): Promise<void> {
  const sessions = db.collection('impersonationSessions');
  const { matchedCount } = await sessions.updateOne(
    { subjectId: 'user_cleo' },
    {
      $set: { status: 'ACTIVE', activeSlot: 'user_ada#0', endedAt: null, endedById: null, endReason: null },
      $unset: { endClaimedAt: '', endClaimedBy: '' },
    },
  );
  expect(matchedCount).toBe(1);
}

if (kind === undefined) {
  it('the rights of the database users were tested', ({ skip }) => skip('no MongoDB-compatible server could be had'));
} else {
  describe(`the roles of deploy/mongodb/roles.json, held against what goes over the wire (${kind.name})`, () => {
    const database = `least_privilege_${process.pid}_${Date.now().toString(36)}`;
    const sent: Partial<Record<Command, readonly BSON.Document[]>> = {};
    const exits: Partial<Record<Command, Pick<Exit, 'code' | 'stdout' | 'stderr'>>> = {};
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let peer: MongoPeer;
    let settings: Settings;
    let denied = '';

    /** Runs something with a wire of its own, its address in a file, as a deployment would. */
    async function wired(command: Command, use: (environment: Settings) => Promise<void>): Promise<void> {
      const wire = await openMongoWire(peer.uri);
      const file = path.join(folder.path, `${Object.keys(sent).length}.uri`);
      await writeFile(file, `${wire.uri}\n`);
      try {
        await use({ ...settings, MONGODB_URI_FILE: file });
      } finally {
        sent[command] = [...wire.commands];
        await wire.close();
      }
    }

    /** @param more arguments behind the command's own name */
    const run = (command: Command, more: readonly string[] = [], setting: Settings = {}) =>
      wired(command, async (environment) => {
        exits[command] = await runCommand([...command.split(' '), ...more], { ...environment, ...setting });
      });

    /** Something done to the database by whoever has all rights, past the gateway. */
    async function asRoot<T>(use: (db: Db) => Promise<T>): Promise<T> {
      const client = new MongoClient(peer.uri);
      try {
        return await use(client.db(database));
      } finally {
        await client.close();
      }
    }

    async function story(gateway: GatewayProcess, sign: (id: string) => Promise<string>): Promise<void> {
      const [ada, audrey] = [await sign('user_ada'), await sign('user_audrey')];
      const { data } = await gateway.graphql<{ startImpersonation: { actorToken: string } }>(ada, start('user_cleo'));
      const { actorToken } = data.startImpersonation;
      for (const query of READS) await gateway.graphql(ada, query);
      await gateway.graphql(actorToken, '{ viewer { id } }');
      denied = (await gateway.graphql(actorToken, start('user_cleo'))).codes.join();
      await readStream(gateway.url, audrey, TAIL, /IMPERSONATION_STOPPED/, async () => {
        await gateway.graphql(actorToken, STOP);
      });
      // Left for the operator to end.
      expect((await gateway.graphql(ada, start('user_carl'))).codes).toEqual([]);
      for (const query of AUDIT_READS) expect((await gateway.graphql(audrey, query)).codes).toEqual([]);
      await readStream(gateway.url, audrey, VERIFICATION, /"done":true|complete/);
      expect((await askExport(gateway.url, audrey, { query: '?format=ndjson' })).status).toBe(200);
    }

    /** What comes after the gateway has closed its chain: the commands of an operator, each by its own account. */
    async function operate(): Promise<void> {
      const file = (name: string) => path.join(folder.path, name);
      await run('audit verify');
      await run('audit export', ['--out', file('export.ndjson')]);
      await run('audit hold --add', ['--user', 'user_carl', '--reason', 'case 7']);
      const hold = /The hold (\S+) is in force/.exec(exits['audit hold --add']?.stdout ?? '')?.[1] ?? '';
      await run('audit hold --list');
      await run('audit hold --release', [hold, '--reason', 'case 7 is closed']);
      await run('sessions end-all', ['--reason', 'the end', '--yes']);
      const [seal] = await asRoot((db) => db.collection('auditSeals').find().sort({ _id: -1 }).limit(1).toArray());
      const before = new Date(seal?.sealedAt).toISOString();
      const pruning = ['--before', before, '--export', file('archive.ndjson'), '--reason', 'policy 7', '--yes'];
      // Nothing here is as old as events have to be in production.
      await run('audit prune', pruning, { NODE_ENV: 'development', AUDIT_RETENTION_MIN_DAYS: '0' });
      await run('audit erase', ['--user', 'user_cleo', '--yes']);
      await asRoot(async (db) => {
        const seals = db.collection<{ _id: number }>('auditSeals');
        const [newest] = await seals.find().sort({ _id: -1 }).limit(1).toArray();
        await seals.deleteOne({ _id: newest?._id ?? Number.NaN });
      });
      await asRoot(revive);
      await run('audit restored', ['--reason', 'a copy was put back', '--yes']);
    }

    beforeAll(async () => {
      folder = await temporaryFolder();
      peer = await kind.start();
      const production = await prepareProduction(folder.path, 'EdDSA');
      settings = { DATA_DIR: folder.path, MONGODB_DB: database, ...production.settings };
      await wired('store prepare', async (environment) => {
        exits['store prepare'] = await runGateway(['store', 'prepare'], environment);
      });
      // The company's own directory, past the gateway.
      const people = createMongoStore({ uri: peer.uri, database });
      await people.open();
      await people.seedUsers(demoUsers());
      await people.close();
      await wired('serve', async (environment) => {
        const gateway = await startGatewayProcess(folder.path, environment);
        try {
          await story(gateway, (id) => production.issuer.sign(id));
        } finally {
          exits.serve = await gateway.stop();
        }
      });
      await operate();
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
      for (const command of COMMANDS) {
        expect({ command, ...exits[command] }).toMatchObject({ command, code: 0 });
        expect(sent[command]?.length, command).toBeGreaterThan(3);
      }
      expect(exits['audit hold --list']?.stdout).toContain('1 holds in force');
      expect(exits['sessions end-all']?.stdout).toContain('1 sessions were ended');
      expect(exits['audit prune']?.stdout).toMatch(/\n[1-9]\d* events were pruned\./);
      expect(exits['audit restored']?.stdout).toContain('1 sessions were ended, and seal');
    });

    /** Every right that the command asked for. */
    const needs = (command: Command) => [...new Set((sent[command] ?? []).flatMap(neededFor))].sort();

    it('each role is enough for the commands that it is for, and for no other but what is said here', () => {
      const isEnough = (command: Command, role: string) =>
        needs(command).every((need) => allowedBy(role).has(need)) ? 'yes' : 'no';
      const [head = [], ...rows] = ENOUGH.trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split('|').map((cell) => cell.trim()));
      expect(rows.map(([command]) => command)).toEqual(COMMANDS);
      expect(head.slice(1).toSorted()).toEqual(ROLES.map(({ role }) => role.replace('impersonation', '')).toSorted());
      for (const [row, command] of COMMANDS.entries()) {
        for (const [column, role] of head.entries()) {
          const cell = rows[row]?.[column];
          if (column === 0 || cell === '-') continue;
          expect({ command, role, enough: isEnough(command, `impersonation${role}`) }).toEqual({
            command,
            role,
            enough: cell,
          });
        }
        const lacking = needs(command).filter((need) => !allowedBy(ACCOUNTS[command]).has(need));
        expect({ command, lacking }).toEqual({ command, lacking: [] });
      }
    });

    it.each(COMMANDS.filter((command) => command !== 'store prepare'))(
      '%s needs beyond the running gateway’s rights what is said here, and nothing more',
      (command) => {
        const beyond = needs(command).filter((need) => !allowedBy('impersonationGateway').has(need));
        expect(beyond).toEqual(BEYOND_THE_GATEWAY[command] ?? []);
      },
    );

    it.each(ROLES.map(({ role }) => role))('%s allows nothing that none of its commands makes use of', (role) => {
      const used = new Set(COMMANDS.filter((command) => ACCOUNTS[command] === role).flatMap(needs));
      const inherited = ROLES.find((known) => known.role === role)?.inherits ?? [];
      const unused = [...allowedBy(role)].filter(
        (right) => !used.has(right) && !inherited.some((other) => allowedBy(other).has(right)),
      );
      // A server without change streams, or over one connection, is not asked for one.
      const streams = kind.lacks['change-streams'] === undefined;
      expect(unused).toEqual(role === 'impersonationGateway' && !streams ? ['impersonationEvents changeStream'] : []);
    });

    it('the running gateway never asks to change or remove what is on record, nor to make an index', () => {
      const wanted = (sent.serve ?? []).flatMap(neededFor);
      expect(wanted).toContain('impersonationEvents insert');
      expect(wanted.filter((need) => /^(impersonationEvents|auditSeals) (update|remove)|create/.test(need))).toEqual(
        [],
      );
    });

    it('that a session is used, and that it was not, is stored with the running gateway’s rights', async () => {
      const wire = await openMongoWire(peer.uri);
      const store = createMongoStore({ uri: wire.uri, database });
      try {
        await store.open();
        const startedAt = Date.now();
        const inactivity = { limitMs: 60_000, endsAt: startedAt + 66_000 };
        await store.sessions.insert(activeSession({ id: 'unused', actorId: 'unused', startedAt, inactivity }), 1);
        const before = wire.commands.length;
        expect(await store.sessions.prolong('unused', startedAt, startedAt + 70_000)).not.toBeNull();
        // Another has noted as much already: then the session is read as well.
        expect(await store.sessions.prolong('unused', startedAt, startedAt + 68_000)).not.toBeNull();
        const due = await store.sessions.dueForExpiry(startedAt + 70_000, 10);
        expect(due.map(({ id }) => id)).toContain('unused');
        const needed = wire.commands.slice(before).flatMap(neededFor);
        expect(new Set(needed)).toEqual(new Set(['impersonationSessions find', 'impersonationSessions update']));
        expect(needed.filter((need) => !allowedBy('impersonationGateway').has(need))).toEqual([]);
      } finally {
        await store.close();
        await wire.close();
      }
    });

    it('a backup asks the database for nothing: it is made with MongoDB’s own tools', async () => {
      const wire = await openMongoWire(peer.uri);
      try {
        const file = path.join(folder.path, 'backup.uri');
        await writeFile(file, wire.uri);
        const out = path.join(folder.path, 'backup');
        const { code, stderr } = await runCommand(['audit', 'backup', '--out', out], {
          ...settings,
          MONGODB_URI_FILE: file,
        });
        expect({ code, stderr, sent: wire.commands }).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('own tools'),
          sent: [],
        });
      } finally {
        await wire.close();
      }
    });

    it('a database that the setup has prepared is served without any command that makes something', () => {
      const names = (sent.serve ?? []).map((one) => Object.keys(one)[0]);
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
