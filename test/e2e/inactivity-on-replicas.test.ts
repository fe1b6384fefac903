import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/ask.js';
import {
  type GatewayProcess,
  runGateway,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process.js';
import { createSetClock, type SetClock } from '../support/replicas/set-clock.js';
import { type Followed, STREAM_TRANSPORTS } from '../support/streams.js';
import { brokenLinks, contradictions, readSessions, readTrail } from '../support/trail-reading.js';

const LIMIT_MS = 60_000;
/** How coarsely activity is kept: decision 49. */
const STEP_MS = 6_000;
/** A session that nobody has used since a moment ends so long after it. */
const END_MS = LIMIT_MS + STEP_MS;
const HOUR_SECONDS = 3_600;

const SETTINGS: Settings = {
  PUBLIC_URL: 'https://gateway.example',
  IMPERSONATION_IDLE_SECONDS: `${LIMIT_MS / 1_000}`,
  // An auditor who may be impersonated: the only way to a stream under an actor token.
  PROTECTED_ROLES: 'ADMIN',
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
  DENIED_EVENTS_PER_MINUTE: '10000',
  DENIED_BURST_PER_ACTOR: '0',
  DENIED_BURST_PER_ADDRESS: '0',
  REFUSED_CREDENTIALS_PER_ADDRESS: '0',
};

const START = `mutation Start($input: StartImpersonationInput!) {
  startImpersonation(input: $input) { actorToken session { id startedAt } }
}`;
const STOP = 'mutation Stop($id: ID) { stopImpersonation(sessionId: $id) { session { status } } }';
const READ = '{ viewer { id } }';
const LOOK = '{ impersonation { id status expiresAt } actor { id } __typename }';
const REFUSED = 'mutation { updateDeliveryNote(orderId: "order_user_audrey_1", note: "changed") { id } }';
const INVALID = '{ nothingLikeIt }';
const FOLLOW = 'subscription { impersonationEventRecorded { id } }';
const MARK = { 'Impersonation-Activity': 'none' };
const ENDS = `query($id: ID!) {
  impersonationSession(id: $id) { status startedAt endedAt }
  impersonationEvents(
    filter: {
      sessionId: $id
      types: [IMPERSONATION_STOPPED, IMPERSONATION_EXPIRED, IMPERSONATION_REVOKED, IMPERSONATION_VOIDED]
    }
    first: 10
  ) { nodes { type reason } }
}`;

interface Session {
  readonly token: string;
  readonly id: string;
}

interface Ends {
  readonly impersonationSession: { readonly status: string; readonly startedAt: string; readonly endedAt: string };
  readonly impersonationEvents: {
    readonly nodes: readonly { readonly type: string; readonly reason: string | null }[];
  };
}

/** What is asked under a session that must not prolong it, and how that is answered while it goes on. */
const NO_ACTIVITY: Readonly<Record<string, readonly (readonly [string, Record<string, string>, string])[]>> = {
  'that nobody touches': [],
  'that is looked at': [[LOOK, {}, 'done']],
  'of a page that marks its polling': [[READ, MARK, 'done']],
  'of which everything is refused': [
    [REFUSED, {}, 'READ_ONLY_SESSION'],
    [INVALID, {}, 'GRAPHQL_VALIDATION_FAILED'],
  ],
  'under which a stream is open': [],
};
const UNUSED = Object.keys(NO_ACTIVITY);
const STREAMING = 'under which a stream is open';
/** Who uses a session that is used: one of the two alone, or each in its turn. */
const USERS = { 'by the first alone': [0, 0], 'by the second alone': [1, 1], 'by each in its turn': [0, 1] } as const;
const USED = Object.keys(USERS) as (keyof typeof USERS)[];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let clocks: readonly [SetClock, SetClock];
let gateways: readonly [GatewayProcess, GatewayProcess];
/** The right time. */
let time = Date.now();

beforeAll(async () => {
  folder = await temporaryFolder();
  const clockOf = (name: string) => createSetClock(path.join(folder.path, `clock-${name}`), time);
  clocks = [clockOf('one'), clockOf('two')];
  const startOne = (index: 0 | 1) =>
    startGatewayProcess(folder.path, {
      ...SETTINGS,
      ...clocks[index].settings,
      GATEWAY_INSTANCE: `replica-${index + 1}`,
      AUDIT_ANCHOR_FILE: path.join(folder.path, `anchors-${index + 1}.log`),
    });
  // The first makes the keys.
  gateways = [await startOne(0), await startOne(1)];
});

afterAll(async () => {
  await Promise.all((gateways ?? []).map((gateway) => gateway.stop()));
  await folder.remove();
});

/** It is so late now; the clock of the second is ahead. */
function setTime(to: number, aheadMs: number): void {
  time = to;
  clocks[0].set(to);
  clocks[1].set(to + aheadMs);
}

async function begin(gateway: GatewayProcess, own: string, kind: string): Promise<Session> {
  const input = { userId: 'user_audrey', reason: kind, durationSeconds: HOUR_SECONDS };
  const { data, text } = await gateway.graphql<{
    startImpersonation: { actorToken: string; session: { id: string } } | null;
  } | null>(own, START, { input });
  const started = data?.startImpersonation ?? null;
  if (started === null) throw new Error(`no session began: ${text}`);
  return { token: started.actorToken, id: started.session.id };
}

const verdict = ({ codes }: Answer<unknown>) => (codes.length === 0 ? 'done' : codes.join());

/** Asks both at once. */
async function askBoth(
  { token }: Session,
  document: string,
  headers: Record<string, string> = {},
): Promise<readonly string[]> {
  return Promise.all(
    gateways.map(async (gateway) => verdict(await gateway.graphql(token, document, undefined, headers))),
  );
}

async function endsOf({ id }: Session): Promise<Ends> {
  const auditor = await gateways[0].signIn('user_audrey');
  return (await gateways[0].graphql<Ends>(auditor, ENDS, { id })).data;
}

async function kindOfEnd(session: Session): Promise<readonly string[]> {
  const { impersonationSession: record, impersonationEvents: events } = await endsOf(session);
  return [record.status, ...events.nodes.map(({ type }) => type)];
}

describe.each([
  ['agree', 0],
  ['are 3 s apart', 3_000],
] as const)('two gateway processes over one store, whose clocks %s', (_how, aheadMs) => {
  /** By kind, one begun at each gateway. */
  const unused = new Map<string, readonly Session[]>();
  const used = new Map<keyof typeof USERS, Session>();
  const streams: Followed<unknown>[] = [];
  const stopped: { own: readonly Session[]; actors: readonly Session[] } = { own: [], actors: [] };
  const stops: Record<'own' | 'actors', string[][]> = { own: [], actors: [] };
  /** What was answered, by what should have been. */
  const answers: { readonly what: string; readonly expected: string; readonly found: string }[] = [];
  let begunAt: number;
  let lastUse: number;

  function note(what: string, expected: string, found: readonly string[]): void {
    const at = `${time - begunAt} ms after the start`;
    answers.push(
      ...found.map((one, index) => ({ what: `${what}, gateway ${index + 1}, ${at}`, expected, found: one })),
    );
  }

  const ofKind = (kind: string) => unused.get(kind) ?? [];
  const allUnused = () => UNUSED.flatMap((kind) => ofKind(kind).map((session) => ({ kind, session })));

  /** All that must not prolong a session, of each that is not used, at both. */
  async function keepBusy(): Promise<void> {
    await Promise.all(
      allUnused().flatMap(({ kind, session }) =>
        (NO_ACTIVITY[kind] ?? []).map(async ([document, headers, expected]) =>
          note(kind, expected, await askBoth(session, document, headers)),
        ),
      ),
    );
  }

  async function use(turn: 0 | 1): Promise<void> {
    for (const [by, session] of used) {
      const index = USERS[by][turn];
      note(`used ${by}`, 'done', [verdict(await gateways[index].graphql(session.token, READ))]);
    }
    lastUse = time;
  }

  async function stopAtBoth(which: 'own' | 'actors', own: string): Promise<void> {
    stops[which] = await Promise.all(
      stopped[which].map(({ token, id }) =>
        Promise.all(
          gateways.map(async (gateway) =>
            verdict(await (which === 'own' ? gateway.graphql(token, STOP) : gateway.graphql(own, STOP, { id }))),
          ),
        ),
      ),
    );
  }

  beforeAll(async () => {
    setTime(time + 600_000, aheadMs);
    begunAt = time;
    const own = await gateways[0].signIn('user_ada');
    const atEach = (kind: string) => Promise.all(gateways.map((gateway) => begin(gateway, own, kind)));
    for (const kind of UNUSED) unused.set(kind, await atEach(kind));
    for (const by of USED) used.set(by, await begin(gateways[0], own, by));
    stopped.own = await atEach('stopped by its own token');
    stopped.actors = await atEach("stopped from the actor's own token");
    for (const [index, { follow }] of STREAM_TRANSPORTS.slice(0, gateways.length).entries())
      streams.push(follow(gateways[index]?.url ?? '', ofKind(STREAMING)[index]?.token ?? '', FOLLOW));

    for (const [turn, after] of [20_000, 40_000, LIMIT_MS].entries()) {
      setTime(begunAt + after, aheadMs);
      await keepBusy();
      await use((turn % 2) as 0 | 1);
      // Something comes through the streams, too: others are at work.
      await Promise.all(streams.map((stream) => stream.next()));
    }
    // The last moment at which neither of the two may take one for unused.
    setTime(begunAt + END_MS - aheadMs - 1, aheadMs);
    await keepBusy();

    // Both have to. Everything at once, the rounds of the sweep included.
    setTime(begunAt + END_MS + aheadMs, aheadMs);
    await Promise.all([
      stopAtBoth('own', own),
      stopAtBoth('actors', own),
      ...allUnused().map(async ({ kind, session }) => note(kind, 'IMPERSONATION_ENDED', await askBoth(session, READ))),
      ...[...used].map(async ([by, session]) => note(`used ${by}`, 'done', await askBoth(session, READ, MARK))),
    ]);

    // Then nobody uses these either.
    setTime(lastUse + END_MS - aheadMs - 1, aheadMs);
    for (const [by, session] of used) note(`used ${by}`, 'done', await askBoth(session, READ, MARK));
    setTime(lastUse + END_MS + aheadMs, aheadMs);
    for (const [by, session] of used) note(`used ${by}`, 'IMPERSONATION_ENDED', await askBoth(session, READ));
    // So late that either would take over what the other had left half done.
    setTime(time + LIMIT_MS, aheadMs);
  }, 60_000);

  afterAll(() => Promise.all(streams.map((stream) => stream.close())));

  it('what is used by either goes on at both, what is not used ends at both: to the millisecond', () => {
    expect(answers.filter(({ found, expected }) => found !== expected)).toEqual([]);
    expect(answers.filter(({ found }) => found === 'IMPERSONATION_ENDED')).toHaveLength(
      2 * (2 * UNUSED.length + USED.length),
    );
  });

  it('a stream keeps nothing alive, and is closed for the end', async () => {
    for (const stream of streams) {
      const rest = await stream.rest();
      const codes = rest.flatMap(({ errors = [] }) =>
        errors.map(({ extensions }) => (extensions as { code: string }).code),
      );
      expect(codes).toEqual(['IMPERSONATION_ENDED']);
    }
  });

  it.each(UNUSED)('a session %s has one end event: expired, for INACTIVITY, at the limit and a step', async (kind) => {
    for (const [index, session] of ofKind(kind).entries()) {
      const startedAt = begunAt + index * aheadMs;
      const endedAt = new Date(startedAt + END_MS).toISOString();
      await expect
        .poll(() => endsOf(session))
        .toEqual({
          impersonationSession: { status: 'EXPIRED', startedAt: new Date(startedAt).toISOString(), endedAt },
          impersonationEvents: { nodes: [{ type: 'IMPERSONATION_EXPIRED', reason: 'INACTIVITY' }] },
        });
    }
  });

  it.each(USED)('a session used %s ends the limit and a step after its last activity, with one event', async (by) => {
    const usedAt = lastUse + USERS[by][0] * aheadMs;
    const endedAt = new Date(usedAt + END_MS).toISOString();
    await expect
      .poll(() => endsOf(used.get(by) as Session))
      .toMatchObject({
        impersonationSession: { status: 'EXPIRED', endedAt },
        impersonationEvents: { nodes: [{ type: 'IMPERSONATION_EXPIRED', reason: 'INACTIVITY' }] },
      });
  });

  it('a stop by the token of a session that was not used is told that it has ended', async () => {
    expect(stops.own.flat()).toEqual(stopped.own.flatMap(() => ['IMPERSONATION_ENDED', 'IMPERSONATION_ENDED']));
    for (const session of stopped.own)
      await expect.poll(() => kindOfEnd(session)).toEqual(['EXPIRED', 'IMPERSONATION_EXPIRED']);
  });

  it("a stop from the actor's own token stops it, or is told that it has ended: the record says the same", async () => {
    for (const [index, session] of stopped.actors.entries()) {
      const told = stops.actors[index] ?? [];
      const isStopped = told.includes('done');
      expect(told.filter((one) => one !== 'IMPERSONATION_ENDED')).toEqual(isStopped ? ['done'] : []);
      const status = isStopped ? 'STOPPED' : 'EXPIRED';
      await expect.poll(() => kindOfEnd(session)).toEqual([status, `IMPERSONATION_${status}`]);
    }
  });
});

it('sessions and trail agree, each end once, and the trail of both verifies', async () => {
  const auditor = await gateways[1].signIn('user_audrey');
  const sessions = await readSessions((query, variables) => gateways[1].graphql(auditor, query, variables));
  const trail = await readTrail((query, variables) => gateways[1].graphql(auditor, query, variables));
  expect(contradictions(sessions, trail)).toEqual([]);
  expect(brokenLinks(trail)).toEqual([]);
  // Whoever stops seals what there is.
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  const { code, stdout, stderr } = await runGateway(['audit', 'verify'], {
    ...SETTINGS,
    ...clocks[1].settings,
    DATA_DIR: folder.path,
    AUDIT_ANCHOR_FILE: path.join(folder.path, 'anchors-1.log'),
  });
  expect([code, stdout, stderr], stdout).toEqual([0, expect.stringContaining('HOLDS'), '']);
});
