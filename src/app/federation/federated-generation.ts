import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Executor, printSchemaWithDirectives } from '@graphql-tools/utils';
import { type GraphQLScalarType, isScalarType, isSpecifiedScalarType } from 'graphql';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import type { GatewayContext } from '../../context/index.js';
import { createGeneration } from '../../http/graphql/create-generation.js';
import type { EngineOptions } from '../../http/graphql/engine.js';
import type { Generation } from '../../http/graphql/generations.js';
import { guardHooks } from '../../http/graphql/guard-hooks.js';
import { MUTATION_RULES } from '../../http/graphql/impersonation-mutations.js';
import { createOwnPart } from '../../http/graphql/own-part.js';
import { type ComposedService, composeInSteps } from '../../upstreams/composition/compose.js';
import { merge } from '../../upstreams/composition/merge.js';
import { mergeAside } from '../../upstreams/composition/merge-aside.js';
import type { GatewayConfig } from '../../upstreams/config/gateway-config.js';
import { createPlanner } from '../../upstreams/execution/create-planner.js';
import { deniedIn } from '../../upstreams/execution/denied-in.js';
import { ownExecutor, ownServiceSdl } from '../../upstreams/execution/own-service.js';
import { responseKeysRule } from '../../upstreams/execution/response-keys.js';
import { serveSchema } from '../../upstreams/execution/served-schema.js';
import type { OwnSchema } from '../own-schema.js';
import type { LentTransport, TransportPool } from './transport-pool.js';

/** The name of the gateway's own schema among the services. */
const OWN = 'gateway';

/** Characters of schemas that are merged sooner than a thread is started: they hold the process for some 40 ms. */
const MERGED_IN_PLACE = 10_000;

export interface FederatedParts extends Omit<EngineOptions, 'schema' | 'own' | 'costs'> {
  readonly number: number;
  readonly own: OwnSchema;
  readonly config: GatewayConfig;
  /** The schemas of the upstreams. */
  readonly services: readonly ComposedService[];
  readonly transports: TransportPool;
  /** Ends the making at its next pause; it goes to the end by default. */
  readonly closing?: AbortSignal;
}

/**
 * The schemas of the gateway and of its upstreams as one, ready to be served.
 * @throws CompositionError with every problem, and the signal's reason where it is not waited for any more.
 */
export async function createFederatedGeneration(parts: FederatedParts): Promise<Generation> {
  const { config, services, own, transports } = parts;
  const steps = composeInSteps([{ name: OWN, sdl: ownSdl(own) }, ...services], {
    own: OWN,
    rules: config.rules,
    scopes: config.scopes,
    policies: config.policies,
    costs: config.costs,
  });
  const isSmall = services.reduce((sum, { sdl }) => sum + sdl.length, 0) <= MERGED_IN_PLACE;
  // Each step takes a while with large schemas; requests have their turn in between.
  let step = steps.next();
  while (step.done !== true) {
    await nextTurn();
    parts.closing?.throwIfAborted();
    if (step.value === null) step = steps.next();
    else step = steps.next(isSmall ? merge(step.value) : await mergeAside(step.value, { signal: parts.closing }));
  }
  const composed = step.value;
  await nextTurn();
  for (const { service, coordinate, message } of composed.notes) {
    parts.logger.info({ service, coordinate }, `a rule of the services' schemas guards nothing: ${message}`);
  }
  for (const { service, coordinate, message } of composed.warnings) {
    parts.logger.warn({ service, coordinate, problem: message }, 'a schema gives out more than it may mean to');
  }
  const lent = new Map<string, LentTransport>(
    config.upstreams.map((upstream) => [upstream.name, transports.lend(upstream)]),
  );
  const giveBack = async () => {
    await Promise.all([...lent.values()].map((each) => each.release()));
  };
  try {
    const executors = new Map<string, Executor>([[OWN, ownExecutorOf(own)]]);
    for (const [name, { transport }] of lent) executors.set(name, onward(transport.executor));
    const rules = compileRules(composed.schema, DIRECTIVES, MUTATION_RULES).fields;
    await nextTurn();
    const planner = createPlanner(composed.supergraphSdl, executors);
    await nextTurn();
    const schema = serveSchema<GatewayContext>(composed.schema, planner, {
      mutationRules: MUTATION_RULES,
      hooks: guardHooks,
      scalars: scalarsOf(own),
    });
    await nextTurn();
    return await createGeneration({
      ...parts,
      schema,
      costs: composed.costs,
      own: createOwnPart(own.guarded, schema),
      validationRules: [responseKeysRule],
      upstreams: new Map([...lent].map(([name, { key }]) => [name, key])),
      deniedIn: (prepared, variables, identity) => deniedIn(schema, rules, prepared, variables ?? {}, identity),
      onStop: giveBack,
    });
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** The gateway's own schema as one of the services that are composed. */
export function ownSdl({ unguarded }: OwnSchema): string {
  return ownServiceSdl([printSchemaWithDirectives(unguarded)], ['User']);
}

function scalarsOf({ unguarded }: OwnSchema): ReadonlyMap<string, GraphQLScalarType> {
  return new Map(
    Object.values(unguarded.getTypeMap()).flatMap((type) =>
      isScalarType(type) && !isSpecifiedScalarType(type) ? [[type.name, type] as const] : [],
    ),
  );
}

/** Whoever refers to a person by id shows what the gateway knows of them, as a host module does. */
function ownExecutorOf({ unguarded }: OwnSchema): Executor {
  return ownExecutor<GatewayContext>(unguarded, { User: (id, { loaders }) => loaders.person.load(id) }) as Executor;
}

/** Whoever calls a service gets what the service may know of the request, and nothing else. */
function onward(executor: Executor): Executor {
  const called: Executor<GatewayContext> = ({ context, ...request }) =>
    executor(context === undefined ? request : { ...request, context: context.onward });
  return called as Executor;
}
