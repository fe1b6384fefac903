import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileRules } from '../../directives/compile.js';
import { DIRECTIVES } from '../../directives/index.js';
import { NAMES } from '../../examples/federation/addresses.js';
import { demoUsers } from '../../src/development/demo-users.js';
import { ANONYMOUS, type Identity } from '../../src/domain/identity.js';
import { MUTATION_RULES } from '../../src/http/graphql/impersonation-mutations.js';
import { canResolve } from '../../src/policy/index.js';
import { composedExample, serviceSchemas } from '../support/federation/composed-example.js';
import { type FederatedGateway, startFederatedGateway } from '../support/federation/gateway.js';
import { SEED, seededRandom } from '../support/seeded-random.js';
import { direct, impersonated } from '../unit/policy/people.js';
import { selectedCoordinates } from '../unit/upstreams/selected-coordinates.js';
import { generateOperation, VARIABLES } from './federated/generated-operation.js';
import { difference, localOutcome, type Outcome, withoutNonNull } from './federated/legal-results.js';
import { mergedSchema } from './federated/merged-schema.js';

/** `npm run nightly` tries five thousand: TEST_OPERATIONS. */
const OPERATIONS = Number(process.env.TEST_OPERATIONS ?? 400);

interface Asking {
  readonly name: string;
  readonly identity: Identity;
  readonly token: string | null;
}

let federated: FederatedGateway;
const askings: Asking[] = [];

beforeAll(async () => {
  federated = await startFederatedGateway({
    environment: { IMPERSONATION_MAX_SECONDS: '3600', QUERY_MAX_COST: '1000000000' },
  });
  const { gateway } = federated;
  const person = (id: string) => {
    const found = demoUsers().find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no ${id}`);
    return found;
  };
  const [ada, sam, cleo] = ['user_ada', 'user_sam', 'user_cleo'].map(person) as [never, never, never];
  const session = async (access: 'READ_ONLY' | 'FULL') =>
    (await gateway.impersonate('user_ada', 'user_cleo', { access, durationSeconds: 3_600 })).actorToken;
  askings.push(
    { name: 'nobody', identity: ANONYMOUS, token: null },
    { name: 'a customer', identity: direct(cleo), token: await gateway.token('user_cleo') },
    { name: 'SUPPORT', identity: direct(sam), token: await gateway.token('user_sam') },
    { name: 'ADMIN', identity: direct(ada), token: await gateway.token('user_ada') },
    { name: 'ADMIN as customer', identity: impersonated(ada, cleo), token: await session('READ_ONLY') },
    { name: 'the same, FULL', identity: impersonated(ada, cleo, 'FULL'), token: await session('FULL') },
  );
});
afterAll(() => federated.stop());

async function locally(schema: GraphQLSchema, text: string, identity: Identity): Promise<Outcome> {
  const contextValue = { identity, viewer: identity.viewer, actor: identity.actor };
  return localOutcome(
    (await execute({ schema, document: parse(text), contextValue, variableValues: VARIABLES })) as ExecutionResult,
  );
}

async function throughGateway(text: string, token: string | null): Promise<Outcome> {
  const { data, errors } = await federated.gateway.graphql(token, text, VARIABLES);
  return {
    data: data ?? null,
    errors: errors.map(({ path, extensions }) => `${path?.join('.')}: ${extensions.code}`),
  };
}

describe(`generated operations over services on four servers (TEST_SEED=${SEED})`, () => {
  it(`${OPERATIONS} of them equal one merged local schema, and no service is asked for what is denied`, {
    timeout: 900_000,
  }, async () => {
    console.log(`TEST_SEED=${SEED}`);
    const { composed, own } = composedExample();
    const local = mergedSchema(composed.schema);
    const lenient = withoutNonNull(local);
    const rules = compileRules(composed.schema, DIRECTIVES, MUTATION_RULES).fields;
    const schemas = serviceSchemas();
    const ownFields = own.getQueryType()?.getFields() ?? {};
    const met = { withData: 0, failing: 0, denied: 0, calls: 0, several: 0, invalid: 0 };

    for (let index = 0, done = 0; done < OPERATIONS; index += 1) {
      const text = generateOperation(local, (field) => field in ownFields, seededRandom(SEED + index));
      if (validate(local, parse(text)).length > 0) {
        met.invalid += 1;
        continue;
      }
      done += 1;
      for (const { name, identity, token } of askings) {
        const where = `TEST_SEED=${SEED}, operation ${index}, asked by ${name}:\n${text}`;
        federated.forget();
        const found = await throughGateway(text, token);
        const expected = await locally(local, text, identity);
        const differs = difference(expected, await locally(lenient, text, identity), found);
        if (differs !== null) throw new Error(`${where}\n${differs}`);

        const isDenied = (coordinate: string) => {
          const rule = rules.get(coordinate);
          return rule !== undefined && !canResolve(rule, identity).allowed;
        };
        const asked = NAMES.filter((service) => federated.services[service].witness.calls.length > 0);
        for (const service of asked) {
          for (const { document } of federated.services[service].witness.calls) {
            met.calls += 1;
            const selected = [...selectedCoordinates(schemas[service], parse(document))];
            expect(selected.filter(isDenied), `${where}\n${service} was sent\n${document}`).toEqual([]);
          }
        }
        if (asked.length > 1) met.several += 1;
        if (expected.data !== null) met.withData += 1;
        if (expected.errors.length > 0) met.failing += 1;
        if (expected.errors.some((error) => / (FORBIDDEN|BLOCKED|SENSITIVE)/.test(error))) met.denied += 1;
      }
    }
    // All of it was met, not merely something: a generator that goes stale would be found out here.
    console.log(`TEST_SEED=${SEED}`, met);
    expect(met.withData).toBeGreaterThan(OPERATIONS);
    expect(met.failing).toBeGreaterThan(OPERATIONS / 20);
    expect(met.denied).toBeGreaterThan(OPERATIONS / 10);
    expect(met.several).toBeGreaterThan(OPERATIONS / 2);
    expect(met.calls).toBeGreaterThan(OPERATIONS);
    expect(met.invalid).toBeLessThan(OPERATIONS / 4);
  });
});
