import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTypeDefs } from '../../examples/federation/subgraph.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';

const ARTICLES = '{ articles { title } products(first: 1) { name } }';

let federated: FederatedGateway;
let cleo: string;
let schemaFile: string;
beforeAll(async () => {
  federated = await startFederatedGateway({
    configure: (yaml) => yaml.replace('schema: { fetch: introspection }', 'schema: { file: help.graphql }'),
    prepare: async (directory) => {
      schemaFile = path.join(directory, 'help.graphql');
      await writeFile(schemaFile, readTypeDefs('help'));
    },
  });
  cleo = await federated.gateway.token('user_cleo');
});
afterAll(() => federated.stop());

const ask = (query: string) => federated.gateway.graphql(cleo, query);
const metric = async (name: string) => {
  const text = await (await fetch(`${federated.gateway.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
};
const readiness = async () => {
  const response = await fetch(`${federated.gateway.url}/readyz`);
  return { http: response.status, ...((await response.json()) as { degraded?: string[] }) };
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + 10_000; !(await holds()); await pause(20)) {
    if (Date.now() > limit) throw new Error('it did not come to be');
  }
}

/** Asks without a pause until it is told to end, and gives what was not answered as it should be. */
function load(query: string) {
  const faults: string[] = [];
  let over = false;
  let asked = 0;
  const workers = Array.from({ length: 8 }, async () => {
    while (!over) {
      const { status, codes, data } = await ask(query);
      asked += 1;
      if (status !== 200 || codes.length > 0 || data?.articles?.length !== 2) faults.push(`${status} ${codes.join()}`);
    }
  });
  return {
    async end() {
      over = true;
      await Promise.all(workers);
      return { faults, asked };
    },
  };
}

describe('while requests go on without a break', () => {
  it('a file that changes is served, and no request is dropped', async () => {
    const running = load(ARTICLES);
    expect((await ask('{ articles { body views } }')).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const later = '{ articles { views1 } }';
    expect((await ask(later)).codes, 'refused, and remembered').toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const generation = await metric('gateway_schema_generation');
    for (let round = 1; round <= 5; round += 1) {
      await writeFile(
        schemaFile,
        readTypeDefs('help').replace('  title: String!', `  title: String!\n  views${round}: Int`),
      );
      await until(async () => (await metric('gateway_schema_generation')) === generation + round);
      const { codes, data } = await ask(`{ __type(name: "Article") { fields { name } } }`);
      expect(codes).toEqual([]);
      expect(data.__type.fields.map(({ name }: { name: string }) => name)).toContain(`views${round}`);
      expect((await ask(later)).codes.includes('GRAPHQL_VALIDATION_FAILED'), 'by the schema of the day').toBe(
        round > 1,
      );
    }
    const { faults, asked } = await running.end();
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(50);
  });

  it('a rule that is added is in force for the next request, and for those kept prepared', async () => {
    const query = '{ articles { title body } }';
    expect((await ask(query)).codes).toEqual([]);
    const generation = await metric('gateway_schema_generation');
    const rule = '  - coordinate: Article.body\n    requiresRole: { role: ADMIN }\n';
    await writeFile(federated.configFile, federated.configText.replace('rules:\n', `rules:\n${rule}`));
    await until(async () => (await metric('gateway_schema_generation')) > generation);
    federated.forget();
    expect(new Set((await ask(query)).codes)).toEqual(new Set(['FORBIDDEN']));
    expect(federated.sent()).not.toContain('body');
    await writeFile(federated.configFile, federated.configText);
    await until(async () => (await ask(query)).codes.length === 0);
  });
});

describe.each<readonly [string, () => Promise<void>, () => Promise<void>, string]>([
  [
    'a schema that is none',
    () => writeFile(schemaFile, 'type Query { articles: [Art'),
    () => writeFile(schemaFile, readTypeDefs('help')),
    'help',
  ],
  [
    'a schema that would change what is the gateway’s own',
    () => writeFile(schemaFile, `${readTypeDefs('help')}\ntype ImpersonationSession { id: ID! }`),
    () => writeFile(schemaFile, readTypeDefs('help')),
    'help',
  ],
  [
    'a schema without the field that a rule guards',
    () => writeFile(schemaFile, readTypeDefs('help').replace('  internalNotes: String\n', '')),
    () => writeFile(schemaFile, readTypeDefs('help')),
    'Article.internalNotes',
  ],
  [
    'a configuration that is none',
    () => writeFile(federated.configFile, `${federated.configText}\nsurprise: 1\n`),
    () => writeFile(federated.configFile, federated.configText),
    'surprise',
  ],
  [
    'a configuration in which a scope means nothing',
    () => writeFile(federated.configFile, federated.configText.replace('purchasing:read', 'purchasing:write')),
    () => writeFile(federated.configFile, federated.configText),
    'purchasing:read',
  ],
])('%s', (_what, spoil, mend, named) => {
  it('leaves the last good one in force, and is told of in the log, by readiness and in a metric', async () => {
    const running = load(ARTICLES);
    const generation = await metric('gateway_schema_generation');
    const refusals = await metric('gateway_schema_refusals_total');
    const logged = federated.gateway.logged().length;
    await spoil();
    await until(async () => (await metric('gateway_schema_reload_failed')) === 1);
    expect(await metric('gateway_schema_generation')).toBe(generation);
    expect(await metric('gateway_schema_refusals_total')).toBeGreaterThan(refusals);
    expect(await readiness()).toMatchObject({ http: 200, status: 'ready', degraded: ['schema'] });
    const said = federated.gateway.logged().slice(logged);
    expect(said).toContain(named);
    for (const secret of federated.secrets()) expect(said).not.toContain(secret);
    // What is guarded still is.
    expect((await ask('{ articles { title internalNotes } }')).codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);

    await mend();
    await until(async () => (await metric('gateway_schema_reload_failed')) === 0);
    expect(await readiness()).not.toHaveProperty('degraded');
    const { faults, asked } = await running.end();
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(10);
  });
});
