import { describe, expect, it } from 'vitest';
import { unexpectedLines } from '../../support/soak/log-lines.js';
import { leastOf, parseMetrics, type Sample, sum } from '../../support/soak/sample.js';
import {
  type Bounds,
  judgeGrowth,
  judgeRest,
  nothingOf,
  type Rest,
  secondHalfGrowth,
} from '../../support/soak/verdict.js';

const MIB = 1_024 * 1_024;
const BOUNDS: Bounds = {
  heapGrowth: 4 * MIB,
  heapPerSession: 1_024,
  externalGrowth: 2 * MIB,
  residentGrowth: 8 * MIB,
  objectSlack: 2,
};
const BASE: Rest = {
  descriptors: { socket: 5, file: 7 },
  threads: 12,
  resources: { TCPServerWrap: 2, Timeout: 9 },
  open: { streams: 0, connections: 1 },
  liveObjects: { Socket: 6, AbortSignal: 3 },
  started: 10,
  heapUsed: 50 * MIB,
  external: 20 * MIB,
  arrayBuffers: 5 * MIB,
  resident: 150 * MIB,
};
const failed = (rest: Partial<Rest>) =>
  judgeRest(BASE, { ...BASE, ...rest }, BOUNDS)
    .filter(({ holds }) => !holds)
    .map(({ name, text }) => `${name}: ${text}`);

describe('a gateway at rest', () => {
  it('holds where everything is back at its base, or below, and the heap within its bound', () => {
    expect(failed({})).toEqual([]);
    expect(failed({ descriptors: { socket: 4, file: 7 }, heapUsed: 54 * MIB, liveObjects: { Socket: 8 } })).toEqual([]);
  });

  it('does not hold where anything is left, of whatever kind, also one that there was none of', () => {
    expect(failed({ descriptors: { socket: 6, file: 7 } })).toEqual([
      'file descriptors are back at their base: socket: 5 at the base, 6 afterwards',
    ]);
    expect(failed({ resources: { ...BASE.resources, FSEventWrap: 1 } })).toHaveLength(1);
    expect(failed({ threads: 13 })).toHaveLength(1);
    expect(failed({ open: { streams: 1, connections: 1 } })).toHaveLength(1);
    expect(failed({ liveObjects: { Socket: 9 } })).toHaveLength(1);
    expect(failed({ heapUsed: 54 * MIB + 1 })).toHaveLength(1);
    expect(failed({ heapUsed: 54 * MIB + 1, started: 11 })).toEqual([]);
    expect(failed({ external: 22 * MIB })).toEqual([]);
    expect(failed({ external: 22 * MIB + 1, started: 11 })).toHaveLength(1);
  });

  it('says of what the system does not tell that it was not measured', () => {
    const [descriptors] = judgeRest({ ...BASE, descriptors: null }, { ...BASE, descriptors: null }, BOUNDS);
    expect(descriptors).toMatchObject({ holds: true, text: 'NOT MEASURED on this system' });
  });

  it('has for each kind the least of several looks', () => {
    expect(leastOf([{ a: 3, b: 1 }, { a: 2 }])).toEqual({ a: 2, b: 0 });
  });
});

describe('memory under load', () => {
  const at = (bytes: (share: number) => number) =>
    Array.from({ length: 101 }, (_, index) => ({ at: index * 6, bytes: bytes(index / 100) }));

  it('that rises and falls around a level does not grow; what rises on and on does', () => {
    expect(Math.abs(secondHalfGrowth(at((share) => 200 + 20 * Math.sin(share * 16 * Math.PI))))).toBeLessThan(4);
    expect(secondHalfGrowth(at((share) => 200 + 100 * share))).toBeCloseTo(25);
    expect(secondHalfGrowth(at((share) => Math.min(300, 200 + 400 * share)))).toBe(0);
  });

  it('is judged by its bound', () => {
    const samples = (perSecond: number) =>
      Array.from({ length: 101 }, (_, index) => ({ at: index, memory: { rss: index * perSecond } }) as Sample);
    expect(judgeGrowth(samples(1_000), 8 * MIB).holds).toBe(true);
    expect(judgeGrowth(samples(MIB), 8 * MIB).holds).toBe(false);
  });
});

describe('what is read of a gateway', () => {
  it('are its metrics with their labels', () => {
    const metrics = parseMetrics('# HELP x y\nx{a="1",b="two"} 3\nx{a="2"} 4\nz 1.5\n');
    expect(metrics.get('x')).toEqual([
      { labels: { a: '1', b: 'two' }, value: 3 },
      { labels: { a: '2' }, value: 4 },
    ]);
    expect([sum(metrics, 'x'), sum(metrics, 'z'), sum(metrics, 'none')]).toEqual([7, 1.5, 0]);
  });

  it('are lines of the log that nobody expected, and text that is none', () => {
    const lines = [
      { level: 'info', msg: 'refused' },
      { level: 'warn', msg: 'an anomaly was detected' },
      { level: 'error', msg: 'unexpected error', n: 1 },
      { level: 'error', msg: 'unexpected error', n: 2 },
    ];
    const found = unexpectedLines(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n(node) Warning: a leak\n`);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^error: unexpected error \(2 times\)/);
    expect(found[1]).toMatch(/Warning: a leak/);
    expect(nothingOf('x', found)).toMatchObject({ holds: false });
  });
});
