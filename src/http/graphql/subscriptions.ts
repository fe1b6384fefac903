import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
} from 'graphql';
import type { Connection, CreateContext, GatewayContext } from '../../context/index.js';
import type { RequestFacts } from '../../domain/request-facts.js';
import { type ErrorCode, GatewayError } from '../../errors/index.js';
import type { Credential, ResolvedIdentity, ResolveIdentity } from '../../identity/index.js';
import type { Metrics } from '../../platform/metrics.js';
import { countedAs } from '../../policy/index.js';
import type { Places } from '../protection/places.js';
import { tooMany } from '../protection/rate-limited.js';
import { OperationConnection } from '../steps/operation-connection.js';
import { asGraphQLError } from './as-graphql-error.js';
import { followRules } from './follow-rules.js';
import { errorCode, formatAnything, formatError } from './format-error.js';
import type { Generations, Held } from './generations.js';
import type { OperationLimits } from './operation-limits.js';
import type { PreparedOperation } from './prepare.js';
import { readableErrors } from './readable-errors.js';
import type { RequestParams } from './request-params.js';
import { createStream } from './stream.js';
import { withoutValues } from './without-values.js';
import { wrongVariables } from './wrong-variables.js';

export interface SubscriptionsOptions {
  readonly generations: Generations;
  readonly resolveIdentity: ResolveIdentity;
  readonly createContext: CreateContext;
  readonly limits: OperationLimits;
  /** The streams that each identity may have open. */
  readonly places: Places;
  readonly metrics: Metrics;
  /** Registers a listener for the end of any impersonation session. */
  readonly onSessionEnded: (listener: (sessionId: string) => void) => () => void;
}

export type StreamedResult = FormattedExecutionResult | AsyncGenerator<FormattedExecutionResult, void, void>;

/** Whose operation it is, and how it came here. */
export interface Caller {
  /** Null where there is none. */
  readonly credential: Credential | null;
  readonly request: RequestFacts;
  readonly connection: Connection;
}

/**
 * Runs any operation for a transport that can stream: a result, or a stream of results.
 * @param onCredentialDead called when a stream ends because its credential is not valid any more.
 * @throws GatewayError where the credential is refused from the start.
 */
export type RunOperation = (
  params: RequestParams,
  caller: Caller,
  onCredentialDead?: (code: ErrorCode) => void,
) => Promise<StreamedResult>;

/**
 * Refuses an operation that its transport does not take, and leaves the record of the attempt.
 * @throws GatewayError where the credential is refused.
 */
export type RefuseOperation = (params: RequestParams, caller: Caller, code: ErrorCode) => Promise<void>;

export interface Subscriptions {
  readonly run: RunOperation;
  readonly refuse: RefuseOperation;
  /** Ends all streams. */
  close(): Promise<void>;
}

/** How long after a change of roles or the like a silent stream may stay open, milliseconds. */
const RECHECK_MS = 1_000;

/**
 * Every event is executed with the identity resolved anew and a context of its own, so that a stream never outlives the
 * rights it was opened with and no loader serves one event the data of another.
 */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { generations, resolveIdentity, createContext, limits, places, metrics, onSessionEnded } = options;
  const open = new Set<AsyncGenerator<unknown>>();
  const finishing = new Set<Promise<void>>();

  const run: RunOperation = async (params, caller, onCredentialDead) => {
    const resolved = await resolveIdentity(caller.credential, caller.request);
    const held = generations.hold();
    const connection = new OperationConnection(caller.connection.headers, caller.connection);
    let result: StreamedResult | null = null;
    try {
      result = await begin(held, resolved, params, { ...caller, connection }, onCredentialDead);
      return result;
    } finally {
      // A stream lets go of both at its end.
      if (result === null || !(Symbol.asyncIterator in result)) {
        connection.end();
        held.release();
      }
    }
  };

  async function begin(
    held: Held,
    resolved: ResolvedIdentity,
    params: RequestParams,
    caller: Caller & { readonly connection: OperationConnection },
    onCredentialDead?: (code: ErrorCode) => void,
  ): Promise<StreamedResult> {
    const { credential, request, connection } = caller;
    const { engine, prepare } = held.generation;
    const { audit } = engine;
    const context = createContext(resolved, request, connection);
    const prepared = prepare(params);
    // What is invalid or too much too: what never ran may be an attempt that belongs on the record.
    if (
      'errors' in prepared ||
      prepared.operation.operation !== 'subscription' ||
      (prepared.check !== null && prepared.check.refusal(params.variables) !== null)
    ) {
      return (await engine.execute(params, context)).body;
    }
    const { schema, document, operation } = prepared;

    const args = {
      schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
    };
    let source: AsyncIterable<unknown>;
    let leave: (() => void) | null = null;
    try {
      audit.begin(context, document, operation, params.variables);
      const wrong = wrongVariables(schema, document, operation, params.variables, { hideSuggestions: true });
      if (wrong !== null) {
        context.operation.refused('BAD_USER_INPUT');
        return await refused(context, [wrong]);
      }
      leave = places.tryTake(countedAs(context.identity, request.ipAddress));
      if (leave === null) {
        metrics.edge.limited('subscriptionsPerIdentity');
        context.operation.refused('RATE_LIMITED');
        throw tooMany('subscriptionsPerIdentity', places.allowed);
      }
      await context.operation.attempt();
      const opening = createSourceEventStream({ ...args, contextValue: context });
      const opened = await limits.step(context, opening).catch((error: unknown) => {
        // It may still come, to nobody.
        opening.then(closeLate, () => undefined);
        throw error;
      });
      if (!(Symbol.asyncIterator in opened)) {
        leave();
        return await refused(context, opened.errors ?? []);
      }
      source = opened;
    } catch (error) {
      leave?.();
      return refused(context, [error instanceof GatewayError ? asGraphQLError(error) : asError(error)]);
    }

    const first = resolved.identity;
    let belongsTo: Held | null = held;
    const underNewestRules = followRules(generations, {
      opened: held.generation,
      prepared,
      params,
      upstreams: context.operation.upstreams,
      onMovedOn() {
        // A look that was under way when the stream ended comes too late.
        if (belongsTo === null) return;
        const before = belongsTo;
        belongsTo = generations.hold();
        before.release();
      },
    });
    const mayGoOn = (now: ResolvedIdentity) => {
      sameIdentity(now, resolved);
      return underNewestRules(now.identity);
    };
    metrics.activeStreams.inc();
    const stream = createStream({
      source: source[Symbol.asyncIterator](),
      checkEveryMs: RECHECK_MS,
      check: async () => mayGoOn(await resolveIdentity(credential, request)),
      onWake(wake) {
        const cancelled = [
          onSessionEnded((sessionId) => {
            if (sessionId === first.session?.id) wake();
          }),
          generations.onReplaced(wake),
        ];
        return () => {
          for (const cancel of cancelled) cancel();
        };
      },
      async onEvent(event) {
        const now = await resolveIdentity(credential, request);
        const newest = mayGoOn(now);
        // One record for the whole stream: what is refused within an event would otherwise be noted nowhere.
        const contextValue = createContext(now, request, connection, context.operation);
        const executed = execute({ ...args, ...schemaAndDocument(newest), rootValue: event, contextValue });
        const result = executed instanceof Promise ? await limits.step(contextValue, executed) : executed;
        if (result.errors === undefined) return result as FormattedExecutionResult;
        return { ...result, errors: result.errors.map((error) => presentAndLog(context, error)) };
      },
      onFailure(reason) {
        if (reason instanceof GatewayError && reason.status === 401) onCredentialDead?.(reason.code);
        return { errors: [presentAndLog(context, asError(reason))] };
      },
      onEnd(last) {
        leave();
        metrics.activeStreams.dec();
        open.delete(stream);
        connection.end();
        belongsTo?.release();
        belongsTo = null;
        const finished = finish(context, last?.errors?.map(errorCode) ?? []);
        finishing.add(finished);
        void finished.finally(() => finishing.delete(finished));
      },
    });
    open.add(stream);
    return stream;
  }

  return {
    run,
    async refuse(params, { credential, request, connection }, code) {
      const context = createContext(await resolveIdentity(credential, request), request, connection);
      const { prepare, engine } = generations.current;
      const prepared = prepare(params);
      if ('errors' in prepared) return;
      engine.audit.refuse(context, prepared.document, prepared.operation, code);
      await finish(context, [code]);
    },
    async close() {
      await Promise.all([...open].map((stream) => stream.return(undefined)));
      await Promise.all(finishing);
    },
  };
}

/** Ends a source that was opened when nobody waited for it any more. */
function closeLate(opened: AsyncIterable<unknown> | ExecutionResult): void {
  if (Symbol.asyncIterator in opened)
    opened[Symbol.asyncIterator]()
      .return?.()
      ?.catch(() => undefined);
}

function schemaAndDocument({ schema, document }: PreparedOperation) {
  return { schema, document };
}

/** Who was in effect when the stream was opened is in effect still, and has lost no role since. */
function sameIdentity(now: ResolvedIdentity, before: ResolvedIdentity): void {
  if (now.unconfirmed !== null) throw new GatewayError(now.unconfirmed);
  for (const who of ['viewer', 'actor'] as const) {
    const person = now.identity[who];
    const then = before.identity[who];
    if (person?.id !== then?.id) throw new GatewayError('TOKEN_INVALID');
    // Which of the roles the stream needs is for the guards to say, and they are not asked while no event comes.
    if (then?.roles.some((role) => person?.roles.includes(role) !== true)) throw new GatewayError('FORBIDDEN');
  }
}

async function refused(context: GatewayContext, errors: readonly GraphQLError[]): Promise<FormattedExecutionResult> {
  const formatted = errors.map((error) => presentAndLog(context, error));
  await finish(context, formatted.map(errorCode));
  return { errors: formatted };
}

async function finish(context: GatewayContext, codes: readonly string[]): Promise<void> {
  try {
    await context.operation.finish([...new Set(codes)]);
  } catch (error) {
    context.log.error({ err: error }, 'the end of a stream could not be recorded');
  }
}

function asError(reason: unknown): GraphQLError {
  if (reason instanceof GraphQLError) return reason;
  if (reason instanceof GatewayError) return asGraphQLError(reason);
  const [error] = readableErrors([reason]) as [GraphQLError];
  return error;
}

const format = formatAnything(formatError, () => undefined);

function presentAndLog(context: GatewayContext, thrown: unknown) {
  const [error] = readableErrors([thrown]) as [GraphQLError];
  const formatted = format(error.toJSON(), error);
  if (errorCode(formatted) !== 'INTERNAL_SERVER_ERROR') return formatted;
  try {
    context.log.error({ err: withoutValues(error.originalError ?? error) }, 'unexpected error in a subscription');
  } catch {
    context.log.error('unexpected error in a subscription, which cannot be written down');
  }
  return { ...formatted, extensions: { ...formatted.extensions, requestId: context.request.id } };
}
