import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GatewayProcess, type Settings, startGatewayProcess, temporaryFolder } from '../gateway-process.js';
import { openWayToTheStore, type WayToTheStore } from './way-to-the-store.js';

const SKEWED_CLOCK = fileURLToPath(new URL('skewed-clock.mjs', import.meta.url));

/** One of the gateway processes over one store. */
export interface Replica {
  readonly name: string;
  /** Another one once the process was replaced. */
  readonly gateway: GatewayProcess;
  readonly way: WayToTheStore;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts a process in the place of one that was killed. */
  replace(): Promise<void>;
}

export interface Replicas {
  readonly all: readonly Replica[];
  /** Session tokens, each good at every replica. */
  readonly admins: readonly [string, string];
  readonly close: () => Promise<void>;
}

export interface ReplicasOptions {
  /** Of the store itself. */
  readonly uri: string;
  readonly database: string;
  /** How wrong the wall clock of each is, milliseconds. */
  readonly clocks: readonly number[];
  readonly random: () => number;
}

/** Starts so many gateway processes, as built, with keys in common and a way to the store for each. */
export async function startReplicas({ uri, database, clocks, random }: ReplicasOptions): Promise<Replicas> {
  const folder = await temporaryFolder();
  const all: Replica[] = [];
  const close = async () => {
    await Promise.all(all.map(({ gateway }) => gateway.stop()));
    await Promise.all(all.map(({ way }) => way.close()));
    await folder.remove();
  };

  async function start(skew: number, index: number): Promise<Replica> {
    const name = `replica-${index + 1}`;
    const way = await openWayToTheStore(uri, random);
    const settings: Settings = {
      PUBLIC_URL: 'https://gateway.example',
      MONGODB_URI: way.uri,
      MONGODB_DB: database,
      GATEWAY_INSTANCE: name,
      AUDIT_ANCHOR_FILE: path.join(folder.path, `anchors-${name}.log`),
      // An auditor who may be impersonated: the only way to a stream under an actor token.
      PROTECTED_ROLES: 'ADMIN',
      IMPERSONATION_MAX_ACTIVE: '100',
      IMPERSONATION_STARTS_PER_MINUTE: '10000',
      SUBSCRIPTIONS_PER_IDENTITY: '1000',
      OPERATIONS_PER_IDENTITY: '1000',
      REFUSED_CREDENTIALS_PER_ADDRESS: '0',
      // What is refused here is asked on purpose.
      DENIED_EVENTS_PER_MINUTE: '10',
      DENIED_BURST_PER_ACTOR: '0',
      DENIED_BURST_PER_ADDRESS: '0',
      SUBJECTS_PER_HOUR: '0',
      AUDIT_RECHECK_EVENTS_PER_SECOND: '0',
      ...(skew === 0 ? {} : { NODE_OPTIONS: `--import=${SKEWED_CLOCK}`, CLOCK_SKEW_MS: `${skew}` }),
    };
    let gateway = await startGatewayProcess(folder.path, settings);
    return {
      name,
      way,
      get gateway() {
        return gateway;
      },
      signal: (signal) => process.kill(gateway.pid, signal),
      async kill() {
        await gateway.kill();
      },
      async replace() {
        gateway = await startGatewayProcess(folder.path, settings);
      },
    };
  }

  try {
    // The one whose clock is right makes the keys, before the others look for them.
    const order = clocks
      .map((skew, index) => ({ skew, index }))
      .toSorted((a, b) => Math.abs(a.skew) - Math.abs(b.skew));
    const [first, ...others] = order;
    if (first === undefined) throw new TypeError('there are no clocks');
    const right = await start(first.skew, first.index);
    all.push(right);
    const started = others.map(async ({ skew, index }) => void all.push(await start(skew, index)));
    const failed = (await Promise.allSettled(started)).find((settled) => settled.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    all.sort((a, b) => a.name.localeCompare(b.name));
    const admins = [await right.gateway.signIn('user_ada'), await right.gateway.signIn('user_grace')] as const;
    return { all, admins, close };
  } catch (error) {
    await close();
    throw error;
  }
}
