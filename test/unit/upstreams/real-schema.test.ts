import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { compose } from '../../../src/upstreams/composition/compose.js';
import { notInForce } from '../../../src/upstreams/composition/survival.js';
import { ownServiceSdl } from '../../../src/upstreams/execution/own-service.js';
import { FEDERATION } from './services.js';

const directory = new URL('../../../schema/', import.meta.url);
const typeDefs = readdirSync(directory).map((name) => readFileSync(new URL(name, directory), 'utf8'));
const shop = readFileSync(new URL('../../../examples/shop/schema.graphql', import.meta.url), 'utf8');
const NO_MUTATIONS = { nested: [], always: [] };

const own = { name: 'gateway', sdl: ownServiceSdl([...typeDefs, shop], ['User']) };
const points = {
  name: 'points',
  sdl: `${FEDERATION} type User @key(fields: "id") { id: ID! points: Int } type Query { top: [User!]! list: PageInfo }
    type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }`,
};

describe("the gateway's own schema beside another service", () => {
  const { schema, notes } = compose([own, points], {
    own: 'gateway',
    rules: [],
    scopes: new Map(),
    policies: new Map(),
  });
  const alone = compileRules(buildSchema([...typeDefs, shop].join('\n')), DIRECTIVES, NO_MUTATIONS);
  const together = compileRules(schema, DIRECTIVES, NO_MUTATIONS);

  it('keeps every rule it has alone, and the other service adds to its types', () => {
    expect(alone.fields.size).toBeGreaterThan(5);
    expect(new Map(together.fields)).toEqual(new Map(alone.fields));
    expect(together.sensitiveArguments).toEqual(alone.sensitiveArguments);
    expect([...together.mutations.keys()].sort()).toEqual([...alone.mutations.keys()].sort());
    expect(notes).toEqual([]);
    expect(schema.getQueryType()?.getFields()).toHaveProperty('top');
  });

  it('loses a rule nowhere unnoticed: each one is looked for in what is enforced', () => {
    const bare = compose([own, points], { own: 'gateway', rules: [], scopes: new Map(), policies: new Map() }).schema;
    for (const [coordinate, rule] of alone.fields) {
      const without = { ...together, fields: new Map([...together.fields].filter(([each]) => each !== coordinate)) };
      expect(notInForce(bare, together, [{ service: 'gateway', coordinate, rule }])).toEqual([]);
      expect(notInForce(bare, without, [{ service: 'gateway', coordinate, rule }])).toEqual([
        { service: 'gateway', coordinate, message: expect.stringContaining('would not be in force') },
      ]);
    }
    const noArguments = { ...together, sensitiveArguments: new Set<string>() };
    for (const coordinate of together.sensitiveArguments) {
      const rule = { authenticated: false, blockedWhileImpersonating: false, requires: [], sensitive: true };
      expect(notInForce(bare, together, [{ service: 'gateway', coordinate, rule }])).toEqual([]);
      expect(notInForce(bare, noArguments, [{ service: 'gateway', coordinate, rule }])).toHaveLength(1);
    }
  });
});
