import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Inspector, MemoryUsage } from './inspector.js';

/** How many there are, by kind. */
export type Counts = Readonly<Record<string, number>>;

/** One look at a running gateway, from outside and inside. */
export interface Sample {
  /** Since the load began, seconds. */
  readonly at: number;
  readonly memory: MemoryUsage;
  /** What the kernel says is open, by kind; null where it does not tell. */
  readonly descriptors: Counts | null;
  /** Threads of the process; null where the kernel does not tell. */
  readonly threads: number | null;
  /** What keeps the event loop busy or waiting, by type, as the gateway's own metrics have it. */
  readonly resources: Counts;
  /** The gateway's own gauges of what is open. */
  readonly open: Counts;
  /** Milliseconds; of the time since the last look. */
  readonly lagP99: number;
  /** Bytes of the data folder. */
  readonly dataBytes: number;
  /** HTTP answers so far, by status. */
  readonly answers: Counts;
}

/** Gauges that have to be at rest when nobody asks anything. */
const GAUGES = {
  streams: 'gateway_active_streams',
  connections: 'gateway_open_connections',
  'requests in flight': 'gateway_http_requests_in_flight',
  'subscriptions at services': 'gateway_upstream_subscriptions',
  sessions: 'gateway_impersonation_sessions_active',
  'events waiting': 'gateway_audit_queue_events',
} as const;

export const TELLS_DESCRIPTORS = process.platform === 'linux';

export interface Looked {
  readonly pid: number;
  readonly metricsUrl: string;
  readonly directory: string;
  readonly inspector: Inspector;
}

/** Looks once. @param at seconds since the load began */
export async function takeSample({ pid, metricsUrl, directory, inspector }: Looked, at: number): Promise<Sample> {
  const metrics = parseMetrics(
    await (await fetch(`${metricsUrl}/metrics`, { headers: { connection: 'close' } })).text(),
  );
  const memory = await inspector.memory();
  const statuses: Record<string, number> = {};
  for (const { labels, value } of metrics.get('gateway_http_requests_total') ?? []) {
    const status = labels.status ?? '';
    statuses[status] = (statuses[status] ?? 0) + value;
  }
  return {
    at,
    memory,
    descriptors: TELLS_DESCRIPTORS ? await descriptorsOf(pid) : null,
    threads: TELLS_DESCRIPTORS ? (await readdir(`/proc/${pid}/task`)).length : null,
    resources: Object.fromEntries(
      (metrics.get('nodejs_active_resources') ?? []).map(({ labels, value }) => [labels.type ?? '', value]),
    ),
    open: Object.fromEntries(Object.entries(GAUGES).map(([name, metric]) => [name, sum(metrics, metric)])),
    lagP99: sum(metrics, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
    dataBytes: await folderBytes(directory),
    answers: statuses,
  };
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The Prometheus text format, as far as gauges and counters go. */
export function parseMetrics(text: string): ReadonlyMap<string, readonly Series[]> {
  const found = new Map<string, Series[]>();
  for (const line of text.split('\n')) {
    const [, name, labelled = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)/i.exec(line) ?? [];
    if (name === undefined || line.startsWith('#')) continue;
    const labels = Object.fromEntries([...labelled.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]));
    found.set(name, [...(found.get(name) ?? []), { labels, value: Number(value) }]);
  }
  return found;
}

export function sum(metrics: ReadonlyMap<string, readonly Series[]>, name: string): number {
  return (metrics.get(name) ?? []).reduce((total, { value }) => total + value, 0);
}

/** `socket:[123]`, `pipe:[123]`, `anon_inode:[eventpoll]`, or a path. */
async function descriptorsOf(pid: number): Promise<Counts> {
  const folder = `/proc/${pid}/fd`;
  const counts: Record<string, number> = { socket: 0, pipe: 0, file: 0, other: 0 };
  for (const name of await readdir(folder)) {
    const target = await readlink(path.join(folder, name)).catch(() => null);
    // Closed between the one call and the other.
    if (target === null) continue;
    const kind = /^(socket|pipe):/.exec(target)?.[1] ?? (target.startsWith('/') ? 'file' : 'other');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Established connections of the process: which port of its own to which other. Empty where the kernel does not tell. */
export async function connectionsOf(pid: number): Promise<string[]> {
  if (!TELLS_DESCRIPTORS) return [];
  const folder = `/proc/${pid}/fd`;
  const links = (await readdir(folder)).map((name) => readlink(path.join(folder, name)).catch(() => ''));
  const inodes = new Set((await Promise.all(links)).map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]));
  const port = (address = '') => Number.parseInt(address.split(':')[1] ?? '', 16);
  return (await readFile(`/proc/${pid}/net/tcp`, 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '01' && inodes.has(inode))
    .map(([, local, remote]) => `${port(local)} to ${port(remote)}`);
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const found = await stat(path.join(entry.parentPath, entry.name)).catch(() => null);
    bytes += found?.size ?? 0;
  }
  return bytes;
}

/** The least of each kind in several looks: what is open for a moment, such as a key being fetched anew, is no part of the base. */
export function leastOf(samples: readonly Counts[]): Counts {
  const kinds = new Set(samples.flatMap((counts) => Object.keys(counts)));
  return Object.fromEntries([...kinds].map((kind) => [kind, Math.min(...samples.map((counts) => counts[kind] ?? 0))]));
}

/** Kinds of which there are more than at the base, with both numbers. @param slack so many more are none */
export function beyond(base: Counts, now: Counts, slack = 0): string[] {
  return Object.entries(now)
    .filter(([kind, count]) => count > (base[kind] ?? 0) + slack)
    .map(([kind, count]) => `${kind}: ${base[kind] ?? 0} at the base, ${count} afterwards`);
}
