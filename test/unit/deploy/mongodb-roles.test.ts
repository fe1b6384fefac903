import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../support/fresh-build.js';
import { ROLES } from '../../support/mongo-privileges.js';

const SCRIPT = path.join(PROJECT_ROOT, 'deploy/mongodb/roles.js');

interface Definition {
  readonly roles: readonly { readonly role: string; readonly db: string }[];
  readonly privileges: readonly {
    readonly resource: { readonly db: string; readonly collection: string };
    readonly actions: readonly string[];
  }[];
}

/** Runs the script over a database of which nothing is known but its roles. */
function runScript(known: Map<string, Definition>, env: Record<string, string> = {}): readonly string[] {
  const calls: string[] = [];
  const target = {
    getRole: (role: string) => known.get(role) ?? null,
    createRole({ role, ...definition }: { role: string } & Definition) {
      if (known.has(role)) throw new Error(`${role} exists`);
      calls.push(`create ${role}`);
      known.set(role, definition);
    },
    updateRole(role: string, definition: Definition) {
      if (!known.has(role)) throw new Error(`${role} does not exist`);
      calls.push(`update ${role}`);
      known.set(role, definition);
    },
  };
  runInNewContext(readFileSync(SCRIPT, 'utf8'), {
    require: createRequire(SCRIPT),
    process: { env },
    __dirname: path.dirname(SCRIPT),
    db: { getSiblingDB: (name: string) => (name === (env.MONGODB_DB ?? 'impersonation_gateway') ? target : null) },
    print: () => undefined,
  });
  return calls;
}

describe('deploy/mongodb/roles.js', () => {
  it('makes each role after those it inherits from, and brings them up to date when it is run again', () => {
    const known = new Map<string, Definition>();
    expect(runScript(known)).toEqual(ROLES.map(({ role }) => `create ${role}`));
    for (const [at, { inherits }] of ROLES.entries()) {
      for (const other of inherits) expect(ROLES.slice(0, at).map(({ role }) => role)).toContain(other);
    }
    const first = JSON.stringify([...known]);
    known.set('impersonationGateway', { roles: [], privileges: [] });
    expect(runScript(known)).toEqual(ROLES.map(({ role }) => `update ${role}`));
    expect(JSON.stringify([...known].sort())).toBe(JSON.stringify(JSON.parse(first).sort()));
  });

  it('gives each role the very privileges of roles.json, on collections that are named one by one', () => {
    const known = new Map<string, Definition>();
    runScript(known);
    for (const { role, inherits, privileges } of ROLES) {
      const made = known.get(role);
      const db = 'impersonation_gateway';
      // Made in another realm, whose lists are no lists of this one.
      expect(JSON.parse(JSON.stringify(made))).toEqual({
        roles: inherits.map((other) => ({ role: other, db })),
        privileges: privileges.map(({ collection, actions }) => ({ resource: { db, collection }, actions })),
      });
      for (const { collection } of privileges) expect(collection).toMatch(/^\w+$/);
    }
  });

  it('names the one database, and people of another application where they are, without a right to index them', () => {
    const known = new Map<string, Definition>();
    runScript(known, { MONGODB_DB: 'trail', USERS_COLLECTION: 'accounts' });
    const resources = [...known.values()].flatMap(({ privileges }) => privileges.map(({ resource }) => resource));
    expect(new Set(resources.map(({ db }) => db))).toEqual(new Set(['trail']));
    expect(resources.map(({ collection }) => collection)).not.toContain('users');
    const setup = known.get('impersonationGatewaySetup')?.privileges.map(({ resource }) => resource.collection);
    expect(setup).toEqual(['impersonationEvents', 'auditSeals', 'impersonationSessions']);
  });
});
