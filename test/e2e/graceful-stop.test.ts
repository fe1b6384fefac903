import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exit, type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { type Followed, STREAM_TRANSPORTS, type StreamResult, untilStreams } from '../support/streams.js';
import { brokenLinks, contradictions, readSessions, readTrail } from '../support/trail-reading.js';

const IN_FLIGHT = 20;
const SETTINGS = { IMPERSONATION_MAX_ACTIVE: '100', IMPERSONATION_STARTS_PER_MINUTE: '1000' };
const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "in flight" }) { actorToken session { id } }
}`;
const BODY = JSON.stringify({ query: START });
const STOP = 'mutation { stopImpersonation { session { id } } }';
const TAIL = 'subscription { impersonationEventRecorded(filter: { types: [IMPERSONATION_VOIDED] }) { id } }';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(async () => {
  await folder.remove();
});

interface Started {
  readonly actorToken: string;
  readonly session: { readonly id: string };
}

/** A request that the gateway has begun to read and cannot finish before its body is sent. */
async function beginStart(gateway: GatewayProcess, token: string): Promise<ClientRequest> {
  const begun = request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'content-length': Buffer.byteLength(BODY),
      expect: '100-continue',
    },
  });
  begun.flushHeaders();
  await once(begun, 'continue');
  begun.write(BODY.slice(0, 20));
  return begun;
}

async function finishStart(begun: ClientRequest): Promise<{ status: number | undefined; sessionId: string }> {
  begun.end(BODY.slice(20));
  const [response] = (await once(begun, 'response')) as [IncomingMessage];
  const body = JSON.parse(await text(response));
  return { status: response.statusCode, sessionId: body.data.startImpersonation.session.id };
}

describe('on SIGTERM', () => {
  let gateway: GatewayProcess;
  let exit: Exit;
  let answers: { status: number | undefined; sessionId: string }[];
  let streams: (StreamResult<unknown>[] | Error)[];
  /** Of the load beside it: ids of the sessions that an answer told of, connections that broke, and answers that are neither. */
  const load = { started: [] as string[], broken: 0, other: [] as string[] };

  beforeAll(async () => {
    gateway = await startGatewayProcess(folder.path, SETTINGS);
    const [ada = '', grace = '', audrey = ''] = await Promise.all(
      ['user_ada', 'user_grace', 'user_audrey'].map((id) => gateway.signIn(id)),
    );
    const tails: Followed<unknown>[] = STREAM_TRANSPORTS.map(({ follow }) => follow(gateway.url, audrey, TAIL));
    const rests = tails.map((tail) => tail.rest().catch((error: unknown) => asError(error)));
    await untilStreams(gateway.url, tails.length);
    let loading = true;
    const workers = Array.from({ length: 8 }, async () => {
      while (loading) {
        try {
          const { data, codes } = await gateway.graphql<{ startImpersonation: Started } | null>(grace, START);
          if (data === null) {
            load.other.push(codes.join());
            continue;
          }
          load.started.push(data.startImpersonation.session.id);
          const stopped = await gateway.graphql(data.startImpersonation.actorToken, STOP);
          load.other.push(...stopped.codes);
        } catch {
          // Nobody listens any more; or the connection was closed just when it was used again.
          load.broken += 1;
          await pause(20);
        }
      }
    });
    const begun = await Promise.all(Array.from({ length: IN_FLIGHT }, () => beginStart(gateway, ada)));
    await pause(200);

    const stopped = gateway.stop();
    // The gateway has taken notice, and has turned to its streams.
    await pause(300);
    answers = await Promise.all(begun.map(finishStart));
    exit = await stopped;
    loading = false;
    await Promise.all(workers);
    streams = await Promise.all(rests);
    await Promise.all(tails.map((tail) => tail.close()));
  });

  it('the process ends with 0 within ten seconds', () => {
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterMs).toBeLessThan(10_000);
    expect(exit.stderr).toBe('');
  });

  it('what was in flight is finished and answered', () => {
    expect(answers.map(({ status }) => status)).toEqual(Array(IN_FLIGHT).fill(200));
  });

  it('no request is answered with anything but its result', () => {
    expect(load.started.length).toBeGreaterThan(0);
    expect(load.broken).toBeGreaterThan(0);
    expect(load.other).toEqual([]);
  });

  it('streams are ended', () => {
    expect(streams).toHaveLength(STREAM_TRANSPORTS.length);
    const [socket, ...eventStreams] = streams;
    expect(String(socket)).toBe('Error: closed: 1001 Going away');
    expect(eventStreams).toEqual([[], []]);
  });

  it('after the next start there is all that was answered, and nothing was done without an answer', async () => {
    const next = await startGatewayProcess(folder.path, SETTINGS);
    try {
      const auditor = await next.signIn('user_audrey');
      const ask = <T>(query: string, variables: Record<string, unknown>) => next.graphql<T>(auditor, query, variables);
      const [sessions, trail] = [await readSessions(ask), await readTrail(ask)];
      const answered = [...answers.map(({ sessionId }) => sessionId), ...load.started];
      expect(sessions.map(({ id }) => id).toSorted()).toEqual(answered.toSorted());
      expect(contradictions(sessions, trail)).toEqual([]);
      expect(brokenLinks(trail)).toEqual([]);
    } finally {
      await next.stop();
    }
  });
});

function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { code, reason } = error as { code?: number; reason?: string };
  return new Error(`closed: ${code} ${reason}`);
}
