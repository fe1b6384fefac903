import { setTimeout as pause } from 'node:timers/promises';
import { runGateway } from '../gateway-process.js';
import { seededRandom } from '../seeded-random.js';
import { openStoredTrail } from '../stored-trail.js';
import { ALL, type Disturbance, QUICK } from './disturbances.js';
import { Kit, Outcomes, type Scenario } from './kit.js';
import { expectedLines, unexpectedLines } from './log-lines.js';
import { connectionsOf, leastOf, parseMetrics, type Sample, sum, takeSample } from './sample.js';
import { SCENARIOS } from './scenarios.js';
import { prepareSoak, type SoakSetting } from './setting.js';
import { type Bounds, type Finding, judgeGrowth, judgeRest, nothingOf, type Rest } from './verdict.js';

export interface SoakOptions {
  readonly seed: number;
  readonly workers: number;
  /** How long everything that happens later happens before the base is taken, seconds. */
  readonly warmUpSeconds: number;
  /** How many tokens, addresses and documents are shown before that, once each: as many as fill what is remembered of them. */
  readonly fill: { readonly tokens: number; readonly documents: number };
  /** Characters of each document that is never asked again. What is remembered of documents has a bound in characters, too. */
  readonly documentLength: number;
  /** Beside the scenarios, so many plain queries and documents never seen, so that what is kept of each of them adds up. */
  readonly repeats: { readonly queries: number; readonly documents: number };
  /** How long the load is, seconds. */
  readonly loadSeconds: number;
  /** How long nobody asks anything before the gateway counts as at rest, seconds. */
  readonly idleSeconds: number;
  /** How long it may take to come to rest beside that, seconds. */
  readonly restLimitSeconds: number;
  /** How long the pause between two of the five looks at a gateway at rest is, milliseconds. */
  readonly lookPauseMs: number;
  readonly sampleSeconds: number;
  /** How often the heap is collected and measured under load, seconds; null: never. */
  readonly collectSeconds: number | null;
  /** How long the pause between two disturbances is, seconds. */
  readonly disturbSeconds: number;
  /** With an identity provider, a service that is killed, new keys, and sessions that are left to expire. */
  readonly whole: boolean;
  readonly bounds: Bounds;
  /** What has to have happened, as the outcomes are called. */
  readonly musts: readonly string[];
  readonly say: (line: string) => void;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  /** The heap right after collections under load. */
  readonly collected: readonly { readonly at: number; readonly bytes: number }[];
  readonly disturbed: readonly { readonly at: number; readonly name: string }[];
  readonly base: Rest;
  readonly rest: Rest;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly logged: ReadonlyMap<string, number>;
  readonly events: number;
  readonly findings: readonly Finding[];
}

/** What a request that is kept is heavy by: a variable that nothing asks for. */
const FILLER = 'x'.repeat(12_000);

/** The shortest session there is, and some rounds of the sweep. */
const SESSIONS_LIMIT_MS = 120_000;

/**
 * Loads a gateway with everything that people, services and networks do to one, for a bounded time, and looks whether all of it is let go of.
 * @throws Error where it cannot be started, or is gone in the middle
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { say, seed, whole } = options;
  const setting = await prepareSoak({ whole });
  try {
    return await new Soak(setting, options).run();
  } catch (error) {
    const { stdout, stderr } = setting.gateway.printed();
    say(`the gateway said last:\n${stdout.slice(-3_000)}${stderr.slice(-3_000)}`);
    throw new Error(`the soak with SOAK_SEED=${seed} did not come to its end`, { cause: error });
  } finally {
    await setting.remove();
  }
}

class Soak {
  readonly #setting: SoakSetting;
  readonly #options: SoakOptions;
  readonly #outcomes = new Outcomes();
  readonly #samples: Sample[] = [];
  readonly #collected: { at: number; bytes: number }[] = [];
  readonly #disturbed: { at: number; name: string }[] = [];
  readonly #random: () => number;
  #loadFrom = 0;

  constructor(setting: SoakSetting, options: SoakOptions) {
    this.#setting = setting;
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  async run(): Promise<SoakResult> {
    const { fill, warmUpSeconds, loadSeconds, say, whole, bounds } = this.#options;
    say(
      `warm-up: ${fill.tokens} tokens and addresses, ${fill.documents} documents, then ${warmUpSeconds} s of everything`,
    );
    await this.#fill();
    await this.#load(warmUpSeconds, false);
    const base = await this.#rest(null);
    say(`base: ${shortly(base)}`);
    this.#loadFrom = performance.now();
    await this.#load(loadSeconds, true);
    say('the load is over; everything is closed');
    if (whole) await this.#untilSessionsEnd();
    const rest = await this.#rest(base);
    say(`rest: ${shortly(rest)}`);
    const metrics = parseMetrics(await (await fetch(`${this.#setting.metricsUrl}/metrics`)).text());
    const { findings, events, logged } = await this.#judgeEnd();
    return {
      samples: this.#samples,
      collected: this.#collected,
      disturbed: this.#disturbed,
      base,
      rest,
      outcomes: this.#outcomes.counts,
      logged,
      events,
      findings: [
        ...judgeRest(base, rest, bounds),
        ...(bounds.residentGrowth === null ? [] : [judgeGrowth(this.#samples, bounds.residentGrowth)]),
        nothingOf(
          'no answer is a 5xx',
          (metrics.get('gateway_http_requests_total') ?? [])
            .filter(({ labels, value }) => (labels.status ?? '').startsWith('5') && value > 0)
            .map(({ labels, value }) => `${value} times ${labels.status} at ${labels.route}`),
        ),
        nothingOf(
          'no event was lost, no place of the trail is faulty',
          ['gateway_audit_events_lost_total', 'gateway_audit_gaps_total', 'gateway_audit_faults_total']
            .filter((name) => sum(metrics, name) > 0)
            .map((name) => `${name} ${sum(metrics, name)}`),
        ),
        nothingOf(
          'no answer but those expected',
          [...this.#outcomes.unexpected].map(([what, count]) => `${what} (${count} times)`),
        ),
        nothingOf(
          'everything that was to happen has happened',
          this.#options.musts
            .filter((name) => !this.#outcomes.counts.has(name) && !this.#outcomes.counts.has(`${name}, in bad weather`))
            .map((name) => `never: ${name}`),
        ),
        ...findings,
      ],
    };
  }

  /** Shows as much as the gateway remembers at most, so that what grows afterwards is not that. */
  async #fill(): Promise<void> {
    const { tokens, documents } = this.#options.fill;
    const kit = this.#kit(this.#options.seed ^ 0xf111);
    const who = 'query Who { viewer { id } }';
    await inTurns(tokens, 24, async (at) => {
      await kit.ask('a token to be remembered', await kit.newToken(kit.customer()), who);
      await kit.ask('a bad token', `x${at}.y.z`, who, {}, { expected: ['TOKEN_INVALID'] });
    });
    const cleo = await kit.token('user_cleo');
    await inTurns(documents, 12, async () => {
      await kit.ask('a document to be remembered', cleo, kit.random() < 0.5 ? kit.unseen() : kit.unseenForServices());
    });
  }

  #kit(seed: number): Kit {
    const { whole } = this.#options;
    return new Kit({
      setting: this.#setting,
      random: seededRandom(seed),
      outcomes: this.#outcomes,
      isPatient: whole,
      documentLength: this.#options.documentLength,
    });
  }

  async #load(seconds: number, measured: boolean): Promise<void> {
    const { workers } = this.#options;
    const until = performance.now() + seconds * 1_000;
    // Everything once, however slow the machine is; then by lot, until the time is over.
    const first = this.#shuffled(SCENARIOS);
    let working = true;
    const isOver = () => performance.now() >= until && first.length === 0;
    const work = Array.from({ length: workers }, () => this.#work(first, isOver));
    const beside = [
      this.#disturb(until),
      this.#forget(() => !working),
      ...(measured ? [this.#watch(() => !working)] : []),
    ];
    await Promise.all([...work, ...(measured ? [this.#repeat()] : [])]);
    working = false;
    await Promise.all(beside);
  }

  #shuffled<T>(list: readonly T[]): T[] {
    const lots = list.map((each) => ({ each, lot: this.#random() }));
    return lots.sort((a, b) => a.lot - b.lot).map(({ each }) => each);
  }

  async #repeat(): Promise<void> {
    const { queries, documents } = this.#options.repeats;
    const kit = this.#kit(this.#options.seed ^ 0x4e9ea7);
    const cleo = await kit.token('user_cleo');
    await inTurns(queries, 4, async () => {
      await kit.ask('a plain query', cleo, 'query Who { viewer { id name } }', { kept: FILLER });
    });
    await inTurns(documents, 4, async () => {
      await kit.ask('a document never seen, of many', cleo, kit.unseen());
    });
  }

  async #work(first: Scenario[], isOver: () => boolean): Promise<void> {
    const kit = this.#kit(Math.floor(this.#random() * 2 ** 31));
    while (!isOver()) {
      const scenario = first.shift() ?? this.#pick(kit.random());
      try {
        await scenario.run(kit);
      } catch (error) {
        this.#outcomes.wrong(`${scenario.name} threw ${causes(error)}`);
        await pause(50);
      }
      await kit.pause(30);
    }
  }

  #pick(lot: number): Scenario {
    let left = lot * SCENARIOS.reduce((total, { weight }) => total + weight, 0);
    for (const scenario of SCENARIOS) {
      left -= scenario.weight;
      if (left < 0) return scenario;
    }
    return SCENARIOS[0] as Scenario;
  }

  /** One thing after the other goes wrong; each of them once before any again. */
  async #disturb(until: number): Promise<void> {
    const { disturbSeconds, whole } = this.#options;
    const all = whole ? ALL : QUICK;
    for (let at = 0; ; at += 1) {
      await pause(Math.min(disturbSeconds * 1_000, Math.max(0, until - performance.now())));
      if (performance.now() >= until) return;
      const disturbance = all[at % all.length] as Disturbance;
      this.#disturbed.push({ at: this.#sinceLoad(), name: disturbance.name });
      await disturbance.run(this.#setting);
      this.#outcomes.count(disturbance.name);
    }
  }

  async #forget(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await pause(500);
      this.#setting.forget();
    }
  }

  #sinceLoad(): number {
    return this.#loadFrom === 0 ? 0 : (performance.now() - this.#loadFrom) / 1_000;
  }

  async #watch(isOver: () => boolean): Promise<void> {
    const { sampleSeconds, collectSeconds, say } = this.#options;
    const { inspector } = this.#setting;
    let collectAt = collectSeconds === null ? Number.POSITIVE_INFINITY : performance.now();
    while (!isOver()) {
      const sample = await this.#sample();
      this.#samples.push(sample);
      say(progress(sample, this.#outcomes));
      if (performance.now() >= collectAt) {
        await inspector.collectGarbage();
        this.#collected.push({ at: this.#sinceLoad(), bytes: (await inspector.memory()).heapUsed });
        collectAt = performance.now() + (collectSeconds ?? 0) * 1_000;
      }
      await pause(sampleSeconds * 1_000);
    }
  }

  #sample(): Promise<Sample> {
    const { gateway, metricsUrl, inspector } = this.#setting;
    const { pid, directory } = gateway;
    return takeSample({ pid, metricsUrl, directory, inspector }, this.#sinceLoad());
  }

  /** Nobody asks anything any more. What is still open goes by itself; where a base is given, until it has. */
  async #rest(base: Rest | null): Promise<Rest> {
    // Connections that the gateway keeps open to services: they would go by themselves, some seconds later.
    for (const { witness } of Object.values(this.#setting.services)) witness.crash();
    await pause(this.#options.idleSeconds * 1_000);
    for (const until = performance.now() + this.#options.restLimitSeconds * 1_000; ; await pause(1_000)) {
      const rest = await this.#look();
      if (base === null || isWithin(base, rest, this.#options.bounds)) return rest;
      if (performance.now() > until) {
        await this.#tellOpen();
        return rest;
      }
    }
  }

  /** Whose connections are left, for whoever looks for what keeps them. */
  async #tellOpen(): Promise<void> {
    const { gateway, services } = this.#setting;
    const known = Object.values(services).map(({ name, witness }) => `${name} ${new URL(witness.url).port}`);
    const left = await connectionsOf(gateway.pid);
    this.#options.say(
      `connections that are left, by port: ${left.join(', ')} (clients ${new URL(gateway.url).port}, ${known.join(', ')})`,
    );
  }

  async #look(): Promise<Rest> {
    const { inspector } = this.#setting;
    const looks: Sample[] = [];
    for (let left = 5; left > 0; left -= 1) {
      looks.push(await this.#sample());
      await pause(this.#options.lookPauseMs);
    }
    const liveObjects = await inspector.liveObjects();
    await inspector.collectGarbage();
    const { heapUsed, external, arrayBuffers, rss } = await inspector.memory();
    const kernel = looks.flatMap(({ descriptors }) => (descriptors === null ? [] : [descriptors]));
    const threads = looks.flatMap((look) => look.threads ?? []);
    return {
      descriptors: kernel.length === 0 ? null : leastOf(kernel),
      threads: threads.length === 0 ? null : Math.min(...threads),
      resources: leastOf(looks.map(({ resources }) => resources)),
      open: leastOf(looks.map(({ open }) => open)),
      liveObjects,
      started: this.#outcomes.counts.get('a start') ?? 0,
      heapUsed,
      external,
      arrayBuffers,
      resident: rss,
    };
  }

  async #untilSessionsEnd(): Promise<void> {
    const trail = openStoredTrail(this.#setting.gateway.directory);
    try {
      for (const until = Date.now() + SESSIONS_LIMIT_MS; Date.now() < until && trail.unsettled().length > 0; )
        await pause(1_000);
    } finally {
      trail.close();
    }
  }

  /** Stops the gateway, and reads what it has left behind: its log, its store, its trail. */
  async #judgeEnd(): Promise<{ findings: Finding[]; events: number; logged: ReadonlyMap<string, number> }> {
    const { gateway, settings, inspector } = this.#setting;
    inspector.close();
    const { code, signal, stdout, stderr } = await gateway.stop();
    const verified = await runGateway(
      ['audit', 'verify'],
      { ...settings, NODE_OPTIONS: '', DATA_DIR: gateway.directory },
      { limitMs: 300_000 },
    );
    const trail = openStoredTrail(gateway.directory);
    const faults = trail.check([]);
    const unsettled = trail.unsettled();
    const events = trail.count();
    trail.close();
    const foreign = stderr
      .split('\n')
      .filter((line) => line !== '' && !/^(Debugger |For help, see: |Starting inspector)/.test(line));
    return {
      events,
      logged: expectedLines(stdout),
      findings: [
        nothingOf('the log says nothing unexpected', [...unexpectedLines(stdout), ...foreign]),
        { name: 'it stops when it is told to', holds: code === 0, text: `exit code ${code}, signal ${signal}` },
        {
          name: '`audit verify` holds',
          holds: verified.code === 0,
          text: `${verified.stdout}${verified.stderr}`.trim(),
        },
        nothingOf('every event links to the one before it', faults),
        nothingOf('every start has exactly one end', unsettled),
      ],
    };
  }
}

function isWithin(base: Rest, rest: Rest, bounds: Bounds): boolean {
  return judgeRest(base, rest, bounds).every(({ holds }) => holds);
}

/** So many at once, each with its number. */
async function inTurns(count: number, atOnce: number, act: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) {
        next += 1;
        await act(next);
      }
    }),
  );
}

const MIB = 1_024 * 1_024;

function shortly({ heapUsed, external, resident, descriptors, liveObjects }: Rest): string {
  const open =
    descriptors === null ? 'descriptors not measured' : `${descriptors.socket} sockets, ${descriptors.file} files`;
  return `heap ${(heapUsed / MIB).toFixed(1)} MiB, external ${(external / MIB).toFixed(1)} MiB, resident ${(resident / MIB).toFixed(0)} MiB, ${open}, objects ${JSON.stringify(liveObjects)}`;
}

function progress({ memory, open, descriptors, lagP99, answers }: Sample, outcomes: Outcomes): string {
  const answered = Object.values(answers).reduce((total, count) => total + count, 0);
  const wrong = [...outcomes.unexpected.values()].reduce((total, count) => total + count, 0);
  return [
    `resident ${(memory.rss / MIB).toFixed(0)} MiB`,
    `heap ${(memory.heapUsed / MIB).toFixed(0)}`,
    `sockets ${descriptors?.socket ?? '?'}`,
    `streams ${open.streams}`,
    `sessions ${open.sessions}`,
    `lag p99 ${lagP99.toFixed(0)} ms`,
    `${answered} answers`,
    `${wrong} unexpected`,
  ].join(', ');
}

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${causes(error.cause)}`;
}
