import { rmSync } from 'node:fs';
import path from 'node:path';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { admin } from 'better-auth/plugins';
import { SqliteDialect } from 'kysely';
import Database from 'libsql';
import { ADMINS, CUSTOMER } from '../workload/people.mjs';
import { listen } from './listen.mjs';

const ORIGIN = 'http://127.0.0.1';

/**
 * better-auth with its admin plugin over the SQLite engine that the gateway's own store uses, as durable: write-ahead log,
 * synchronous=FULL. It keeps no record of what is done; its rate limit is off.
 */
export async function start({ dataDir, actors }) {
  const file = path.join(dataDir, 'better-auth.db');
  rmSync(file, { force: true });
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  const auth = betterAuth({
    baseURL: ORIGIN,
    trustedOrigins: [ORIGIN],
    secret: 'a secret of the benchmark that protects nothing at all',
    database: { dialect: new SqliteDialect({ database: asBetterSqlite(database) }), type: 'sqlite' },
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [admin()],
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const subject = await signUp(auth, CUSTOMER);
  const signedIn = [];
  for (const person of ADMINS.slice(0, actors)) signedIn.push(await signUp(auth, person));
  database.prepare(`UPDATE user SET role = 'admin' WHERE id != ?`).run([subject.id]);
  const handle = toNodeHandler(auth);
  const listening = await listen(handle, async () => database.close());
  return {
    ...listening,
    answers: {
      people: () => ({ origin: ORIGIN, subjectId: subject.id, cookies: signedIn.map(({ cookie }) => cookie) }),
    },
  };
}

async function signUp(auth, { name, email }) {
  const { headers, response } = await auth.api.signUpEmail({
    body: { name, email, password: 'a password for the benchmark' },
    returnHeaders: true,
  });
  return {
    id: response.user.id,
    cookie: headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  };
}

/** libsql takes parameters as one array; Kysely's dialect passes them so, but libsql cannot bind a boolean. */
function asBetterSqlite(database) {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.reader,
        all: (parameters) => statement.all(parameters.map(bindable)),
        run: (parameters) => statement.run(parameters.map(bindable)),
        iterate: (parameters) => statement.iterate(parameters.map(bindable)),
      };
    },
  };
}

function bindable(value) {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  return value === undefined ? null : value;
}
