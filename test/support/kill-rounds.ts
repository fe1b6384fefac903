import { setTimeout as pause } from 'node:timers/promises';
import { type Acknowledged, loadUntilGone } from './acknowledged-load.js';
import { runGateway, type Settings, startGatewayProcess, temporaryFolder } from './gateway-process.js';
import { seededRandom } from './seeded-random.js';
import { openStoredTrail, type StoredTrail } from './stored-trail.js';

export interface KillRounds {
  readonly rounds: number;
  readonly seed: number;
  /** Told what each round has come to. */
  readonly say: (line: string) => void;
  /** Lets a gateway run over the folder until every session's time is up. */
  readonly letTimePass: (directory: string, settings: Settings, settled: () => string[]) => Promise<void>;
}

export interface KillRoundsResult {
  /** What is wrong, one line each. */
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly events: number;
}

const WORKERS = 12;
/** After at most so many acknowledged events the gateway is killed, by lot. */
const MOST_EVENTS = 250;
const ROUND_LIMIT_MS = 20_000;
/** Each so many rounds the gateway lives until something is sealed, which takes it some seconds. */
const SEALED_ROUND = 5;
export const KILL_SETTINGS: Settings = {
  PUBLIC_URL: 'https://gateway.example',
  IMPERSONATION_MAX_ACTIVE: '100',
  IMPERSONATION_STARTS_PER_MINUTE: '10000',
  DENIED_EVENTS_PER_MINUTE: '10000',
};

/**
 * So many times: a gateway process under load, SIGKILL at a random moment, a restart; then everything that was answered has to be in the
 * trail, nothing may be half there, and `audit verify` has to hold, with the anchors. In the end every session has come to its end.
 */
export async function killRounds({ rounds, seed, say, letTimePass }: KillRounds): Promise<KillRoundsResult> {
  const random = seededRandom(seed);
  const folder = await temporaryFolder();
  const directory = folder.path;
  const faults: string[] = [];
  let acknowledged: readonly Acknowledged[] = [];
  let total = 0;
  let trail: StoredTrail | null = null;

  /** Between the rounds nobody lives long enough to seal in time. */
  async function verify(maxUnsealedSeconds = 60): Promise<string[]> {
    const { code, stdout, stderr } = await runGateway(
      ['audit', 'verify', '--max-unsealed-seconds', `${maxUnsealedSeconds}`],
      { DATA_DIR: directory, ...KILL_SETTINGS },
      { limitMs: 120_000 },
    );
    return code === 0 ? [] : [`audit verify exits with ${code}: ${stdout}${stderr}`];
  }

  try {
    for (let round = 1; round <= rounds; round += 1) {
      const gateway = await startGatewayProcess(directory, { DATA_DIR: directory, ...KILL_SETTINGS });
      trail ??= openStoredTrail(directory);
      const found = trail.check(acknowledged);
      const stored = trail;
      const sealsBefore = round % SEALED_ROUND === 0 ? stored.seals() : -1;
      const enough = 1 + Math.floor(random() * MOST_EVENTS);
      let events = 0;
      const load = loadUntilGone(gateway, {
        workers: WORKERS,
        random,
        onAcknowledged(_event, count) {
          events = count;
        },
      });
      const killed = (async () => {
        const until = Date.now() + ROUND_LIMIT_MS;
        while (Date.now() < until && (events < enough || stored.seals() === sealsBefore)) await pause(5);
        await pause(random() * 20);
        await gateway.kill();
      })();
      // Beside the load: a trail is verified while gateways write it.
      const [{ acknowledged: answered, unexpected }, , verified] = await Promise.all([load, killed, verify(3_600)]);
      found.push(...verified, ...unexpected.map((answer) => `an answer nobody expected: ${answer}`));
      acknowledged = answered;
      total += acknowledged.length;
      faults.push(...found.map((fault) => `round ${round}: ${fault}`));
      say(`round ${round}/${rounds}: ${acknowledged.length} events acknowledged, ${faults.length} faults so far`);
      if (faults.length > 50) break;
    }
    if (trail === null) throw new Error('there was no round');
    const stored = trail;
    faults.push(...stored.check(acknowledged).map((fault) => `after the last round: ${fault}`));
    await letTimePass(directory, KILL_SETTINGS, () => stored.unsettled());
    faults.push(...stored.unsettled().map((fault) => `in the end: ${fault}`));
    faults.push(...stored.check([]).map((fault) => `in the end: ${fault}`));
    faults.push(...(await verify()).map((fault) => `in the end: ${fault}`));
    return { faults, acknowledged: total, events: stored.count() };
  } finally {
    trail?.close();
    await folder.remove();
  }
}
