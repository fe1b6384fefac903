import type { GraphQLRequestContext } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { GatewayContext } from '../../../src/context/index.js';
import { noteUnstoredEnd } from '../../../src/context/unstored-ends.js';
import { concludeOperation } from '../../../src/http/graphql/conclude-operation.js';
import { type RecordedParts, recordOperations } from '../../../src/http/graphql/record-operation.js';
import { collectedLog } from '../audit/drafts.js';

/** An operation whose record is finished as the test says. */
function operation(finish: () => Promise<void> | undefined) {
  const finished: (readonly string[])[] = [];
  const counted: unknown[][] = [];
  const { logger, lines } = collectedLog();
  const context = {
    identity: { kind: 'impersonated' },
    request: { id: 'request-1' },
    log: logger,
    operation: {
      finish(codes: readonly string[]) {
        finished.push(codes);
        return finish();
      },
    },
  } as unknown as GatewayContext;
  const metrics = { countOperation: (...all: unknown[]) => counted.push(all) } as unknown as RecordedParts['metrics'];
  return { context, metrics, finished, counted, lines };
}

const error = (code: string, message = `about ${code}`) => ({ message, extensions: { code } });

/** Nothing else can happen before it: what has not come by then waits. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the end of an operation', () => {
  it('waits for nothing where nothing is to be recorded', () => {
    const { context, metrics, finished, counted } = operation(() => undefined);
    expect(concludeOperation(context, OperationTypeNode.QUERY, undefined, metrics)).toEqual({
      errors: undefined,
      extensions: undefined,
      recorded: undefined,
    });
    expect(finished).toEqual([[]]);
    expect(counted).toEqual([['query', 'impersonated', true]]);
  });

  it('records each code once, and counts as failed', () => {
    const { context, metrics, finished, counted } = operation(() => undefined);
    const errors = [error('FORBIDDEN'), error('READ_ONLY_SESSION'), error('FORBIDDEN')];
    expect(concludeOperation(context, OperationTypeNode.MUTATION, errors, metrics).errors).toEqual(errors);
    expect(finished).toEqual([['FORBIDDEN', 'READ_ONLY_SESSION']]);
    expect(counted).toEqual([['mutation', 'impersonated', false]]);
  });

  it('names the request in errors that were not expected, in words that tell nothing, and in no others', () => {
    const { context, metrics } = operation(() => undefined);
    const unexpected = { ...error('INTERNAL_SERVER_ERROR', 'from a library'), path: ['orders'] };
    const { errors } = concludeOperation(context, OperationTypeNode.QUERY, [error('FORBIDDEN'), unexpected], metrics);
    expect(errors?.[0]).toEqual(error('FORBIDDEN'));
    expect(errors?.[1]).toMatchObject({
      path: ['orders'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' },
    });
    expect(JSON.stringify(errors)).not.toContain('from a library');
  });

  it('says of a mutation alone that it has ended sessions that no other replica knows to have ended', () => {
    const { context, metrics } = operation(() => undefined);
    noteUnstoredEnd(context, 'session-1');
    expect(concludeOperation(context, OperationTypeNode.MUTATION, undefined, metrics).extensions).toEqual({
      endedHereOnly: ['session-1'],
    });
    expect(concludeOperation(context, OperationTypeNode.QUERY, undefined, metrics).extensions).toBeUndefined();
  });

  it('is told once the event is durable, and not before', async () => {
    let durable = () => {};
    const { context, metrics } = operation(() => new Promise((resolve) => (durable = resolve)));
    const { recorded } = concludeOperation(context, OperationTypeNode.QUERY, undefined, metrics);
    let told: boolean | null = null;
    const telling = recorded?.then((whole) => (told = whole));
    await turn();
    expect(told).toBeNull();
    durable();
    await telling;
    expect(told).toBe(true);
  });

  it('never rejects: where the event cannot be recorded, that is told and logged', async () => {
    const { context, metrics, lines } = operation(() => Promise.reject(new Error('the store is down')));
    expect(await concludeOperation(context, OperationTypeNode.QUERY, undefined, metrics).recorded).toBe(false);
    expect(lines.join('')).toContain('a result was withheld because its event could not be recorded');
  });
});

describe('a result of an operation that is recorded', () => {
  const data = { orders: ['a secret'] };

  /** What Apollo would send, and the sending. */
  async function leaving(finish: () => Promise<void> | undefined) {
    const { context, metrics } = operation(finish);
    const parts = { metrics, admissions: { begin: () => ({ notValid: () => null }) } } as unknown as RecordedParts;
    const request = {
      contextValue: context,
      operation: { operation: 'query' },
      response: { http: {}, body: { kind: 'single', singleResult: { data } } },
    } as unknown as GraphQLRequestContext<GatewayContext>;
    const listener = await recordOperations(parts).requestDidStart?.(request);
    return { request, sent: listener?.willSendResponse?.(request as never) };
  }

  it('waits for its event, and leaves as it is', async () => {
    let durable = () => {};
    const { request, sent } = await leaving(() => new Promise((resolve) => (durable = resolve)));
    let left = false;
    const leave = sent?.then(() => (left = true));
    await turn();
    expect(left).toBe(false);
    durable();
    await leave;
    expect(request.response).toEqual({ http: {}, body: { kind: 'single', singleResult: { data } } });
  });

  it('does not leave where its event could not be recorded', async () => {
    const { request, sent } = await leaving(() => Promise.reject(new Error('the store is down')));
    await sent;
    expect(request.response.http.status).toBe(503);
    expect(request.response.body).toMatchObject({
      kind: 'single',
      singleResult: { errors: [{ extensions: { code: 'AUDIT_UNAVAILABLE' } }] },
    });
    expect(JSON.stringify(request.response)).not.toContain('a secret');
  });
});
