import type { FormattedExecutionResult } from 'graphql';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createAttemptRecorder } from '../../../src/audit/attempts.js';
import { createAuditTrail } from '../../../src/audit/trail.js';
import { createContextFactory, type GatewayContext, type Services } from '../../../src/context/index.js';
import type { Identity } from '../../../src/domain/identity.js';
import { DEFAULT_QUERY_LIMITS } from '../../../src/domain/query-limits.js';
import type { ErrorCode } from '../../../src/errors/index.js';
import { createGeneration } from '../../../src/http/graphql/create-generation.js';
import { Generations } from '../../../src/http/graphql/generations.js';
import { guardHooks } from '../../../src/http/graphql/guard-hooks.js';
import { OperationLimits } from '../../../src/http/graphql/operation-limits.js';
import { createSubscriptions } from '../../../src/http/graphql/subscriptions.js';
import { TrustedDocuments } from '../../../src/http/graphql/trusted-documents.js';
import { Places } from '../../../src/http/protection/places.js';
import { OperationConnection } from '../../../src/http/steps/operation-connection.js';
import { createUserCache } from '../../../src/loaders/index.js';
import { createCallerLog } from '../../../src/platform/caller-log.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { ChangeableDirectory } from '../../support/changeable-directory.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog } from '../audit/drafts.js';
import { MemoryEvents } from '../audit/memory-events.js';
import { guarded } from '../directives/guarded.js';
import { ada, cleo, impersonated } from '../policy/people.js';

interface Tick {
  readonly n: number;
  readonly fails?: Error;
}
/** The streams that are open, by which a test gives events. */
export const sources = new Set<(tick: Tick | null) => void>();
function ticks(): AsyncIterableIterator<{ tick: Tick }> {
  const ready: (Tick | null)[] = [];
  let wake = () => {};
  const give = (tick: Tick | null) => {
    ready.push(tick);
    wake();
  };
  sources.add(give);
  return {
    async next() {
      while (ready.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const tick = ready.shift();
      return tick == null ? { done: true, value: undefined } : { done: false, value: { tick } };
    },
    async return() {
      sources.delete(give);
      give(null);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
export const give = (tick: Tick) => {
  for (const source of sources) source(tick);
};

const schema = guarded(
  `type Query { hello: String }
   type Mutation { startImpersonation(input: String): String stopImpersonation: String note: String }
   type Subscription { tick(seconds: Int, password: String @sensitive, list: [Int]): Tick admin: Tick @requiresRole(role: ADMIN) }
   type Tick { n: Int! who: String by: String secret: String @sensitive fails: String admin: Int @requiresRole(role: ADMIN) }`,
  {
    nested: ['Mutation.startImpersonation'],
    always: ['Mutation.stopImpersonation'],
    hooks: guardHooks,
    resolvers: {
      Query: { hello: () => 'world' },
      Mutation: { stopImpersonation: () => 'stopped', note: () => 'noted' },
      Subscription: {
        tick: { subscribe: () => ticks(), resolve: ({ tick }: { tick: Tick }) => tick },
        admin: { subscribe: () => ticks(), resolve: ({ tick }: { tick: Tick }) => tick },
      },
      Tick: {
        who: (_tick: Tick, _args: unknown, { viewer }: GatewayContext) => viewer?.id,
        by: (_tick: Tick, _args: unknown, { actor }: GatewayContext) => actor?.id,
        secret: () => 'secret',
        admin: () => 1,
        fails({ fails }: Tick) {
          if (fails !== undefined) throw fails;
          return null;
        },
      },
    },
  },
);

const clock = new TestClock();
const metrics = createMetrics({ processMetrics: false });
const limits = new OperationLimits({ timeoutSeconds: 30, perIdentity: 100, metrics: metrics.edge });
export const { logger, lines } = collectedLog();
const parts = {
  schema,
  introspection: true,
  limits: DEFAULT_QUERY_LIMITS,
  operationLimits: limits,
  costs: new Map(),
  trusted: new TrustedDocuments(false, new Map()),
  logger,
  metrics,
};
/** A generation of which the whole schema is the gateway's own. */
export const ownGeneration = (number: number, onStop: () => void = () => undefined) =>
  createGeneration({
    ...parts,
    number,
    own: { schema, covers: () => true },
    onStop: async () => onStop(),
  });
let shared: Generations;
/** For a file of tests: several of them may have this module in common. */
export function setUpTicking(): void {
  beforeAll(async () => {
    shared = new Generations(await createGeneration({ ...parts, number: 1 }));
  });
  afterAll(() => shared.close());
  afterEach(() => {
    sources.clear();
    lines.length = 0;
  });
}

export function open(identity: Identity, generations: Generations = shared) {
  const events = new MemoryEvents();
  const trail = createAuditTrail({
    events: events.port,
    clock,
    gateway: { instance: 'i', version: '1' },
    logger,
    patienceMs: 200,
  });
  const attempts = createAttemptRecorder({ trail, clock, logger, perMinute: 60 });
  const refusalLog = createCallerLog({ logger, clock, perMinute: 60, mostPerMinute: 600, leftOut: 'more' });
  const denials: string[] = [];
  const listeners = new Set<(sessionId: string) => void>();
  const now: { identity: Identity; refusal: Error | null; unconfirmed: ErrorCode | null } = {
    identity,
    refusal: null,
    unconfirmed: null,
  };
  const services = {
    impersonation: { recordDenial: async ({ code }: { code: string }) => void denials.push(code) },
  } as unknown as Services;
  const subscriptions = createSubscriptions({
    generations,
    async resolveIdentity() {
      if (now.refusal !== null) throw now.refusal;
      return { identity: now.identity, unconfirmed: now.unconfirmed };
    },
    createContext: createContextFactory({
      services,
      users: createUserCache(new ChangeableDirectory([ada, cleo]), clock),
      logger,
      hasEnded: () => false,
      sessionFault: () => null,
      noteActivity: () => undefined,
      recording: { trail, attempts, clock, refusalLog },
    }),
    limits,
    places: new Places(20),
    metrics,
    onSessionEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const dead: string[] = [];
  const connection = new OperationConnection({}, null);
  const request = { id: 'request-1', ipAddress: null, userAgent: null, traceparent: null };
  const run = (query: string, variables: Record<string, unknown> | null = null) =>
    subscriptions.run(
      { query, variables, operationName: null, extensions: null },
      { credential: 'token', request, connection },
      (code) => void dead.push(code),
    );
  const told = () => events.stored.map(({ type, body }) => `${type} ${JSON.parse(body).code ?? '-'}`);
  return {
    events,
    subscriptions,
    run,
    told,
    now,
    dead,
    denials,
    /** How many wait to be told of the end of a session. */
    listening: () => listeners.size,
    end(id: string) {
      for (const heard of listeners) heard(id);
    },
  };
}

export function asStream(result: unknown): AsyncGenerator<FormattedExecutionResult, void, void> {
  if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
    throw new Error(`no stream: ${JSON.stringify(result)}`);
  }
  return result as AsyncGenerator<FormattedExecutionResult, void, void>;
}
export const codes = (result: unknown) =>
  (result as FormattedExecutionResult).errors?.map(({ extensions }) => extensions?.code);
export const under = () => impersonated(ada, cleo, 'FULL');
