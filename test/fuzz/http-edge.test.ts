import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { openStreams } from '../support/streams.js';
import { writeWebBuild } from '../support/web-build.js';
import { readAnswers } from './http/answers.js';
import { converse } from './http/converse.js';
import { faultsOf, frameFaults } from './http/judge.js';
import { piecesOf, type Script, scripts } from './http/scripts.js';
import { openSockets, ProcessWatch } from './process-watch.js';
import { MEETS_ALL, PATIENCE_MS, Tally, tried } from './runs.js';

/** So many connections at once. */
const TOGETHER = 12;
/** pino: `error`. */

const tally = new Tally('HTTP edge');
const watch = new ProcessWatch();
let folder: string;
let gateway: RunningGateway;
let socketsBefore: number;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  watch.start();
  folder = await mkdtemp(path.join(tmpdir(), 'fuzz-edge-'));
  await writeWebBuild(folder);
  socketsBefore = openSockets();
  gateway = await startGateway({
    webFolder: folder,
    environment: {
      LOG_LEVEL: 'warn',
      TRUSTED_PROXIES: '1',
      REFUSED_CREDENTIALS_PER_ADDRESS: '0',
      SUBSCRIPTIONS_PER_IDENTITY: '10000',
      IMPERSONATION_MAX_ACTIVE: '100',
      IMPERSONATION_STARTS_PER_MINUTE: '10000',
      BODY_LIMIT_BYTES: '65536',
      REQUESTS_PER_CONNECTION: '4',
    },
  });
  for (const name of ['ada', 'cleo', 'audrey']) tokens[name] = await gateway.token(`user_${name}`);
  // Somebody nobody else works as: what others do to their own sessions ends none of hers.
  tokens.impersonating = (await gateway.impersonate('user_grace', 'user_carl', { durationSeconds: 3_600 })).actorToken;
});
afterAll(async () => {
  tally.tell();
  await gateway.stop();
  watch.stop();
  await rm(folder, { recursive: true, force: true });
});

let linesBefore = 0;
/** What was logged as an error since it was asked last. */
function errorsLogged(): readonly string[] {
  const lines = gateway.logged().split('\n');
  const fresh = lines.slice(linesBefore, -1);
  linesBefore = lines.length - 1;
  return fresh.filter((line) => ['error', 'fatal'].includes(JSON.parse(line).level) || line.includes('INTERNAL'));
}

/** What is wrong with what the gateway said to one script. */
async function faultsIn(script: Script): Promise<readonly string[]> {
  const { bytes, endedByServer } = await converse(gateway.url, piecesOf(script, tokens), script.ending);
  tally.met('connections');
  const { answers, upgraded } = readAnswers(bytes, endedByServer, true);
  const secrets = { texts: [...Object.values(tokens), folder, process.cwd(), 'hunter2'] };
  for (const { status } of answers) tally.met(`${status}`);
  if (upgraded !== null) tally.met('bytes by WebSocket', upgraded.length);
  return [
    ...answers.flatMap((answer) => faultsOf(answer, secrets)),
    ...(upgraded === null ? [] : frameFaults(upgraded, secrets)),
  ];
}

/** Lets go of nothing: what was opened for a client that has gone is closed. */
async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => openStreams(gateway.url)).toBe(0);
  const gauge = async (name: string) => {
    const text = await (await fetch(`${gateway.url}/metrics`, { headers: { connection: 'close' } })).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  };
  // The connection that asks is one of them; fetch may keep another.
  await expect.poll(() => gauge('gateway_open_connections')).toBeLessThanOrEqual(2);
  // The gateway listens, and both ends of those connections are here.
  await expect.poll(() => openSockets() - socketsBefore).toBeLessThanOrEqual(5);
}

describe('whatever bytes come by whatever connections', () => {
  it('every answer is one, is no 5xx, tells nothing of the inside, and the gateway goes on', {
    timeout: PATIENCE_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scripts, { minLength: 1, maxLength: TOGETHER }), async (together) => {
        const faults = (await Promise.all(together.map(faultsIn))).flat();
        expect(faults).toEqual([]);
        expect(watch.faults()).toEqual([]);
        expect(errorsLogged()).toEqual([]);
      }),
      tried(70),
    );
    const usual = ['200', '400', '404', '405'];
    for (const status of MEETS_ALL ? [...usual, '401', '413', '431', '101'] : usual) {
      expect(tally.times(status), `answers of ${status}`).toBeGreaterThan(0);
    }
    const { actorToken } = await gateway.impersonate('user_grace', 'user_carl');
    const { data, codes } = await gateway.graphql(actorToken, '{ viewer { id } actor { id } }');
    expect(codes).toEqual([]);
    expect(data).toEqual({ viewer: { id: 'user_carl' }, actor: { id: 'user_grace' } });
    await expectNothingLeft();
    expect(watch.faults()).toEqual([]);
    expect(errorsLogged()).toEqual([]);
  });
});
