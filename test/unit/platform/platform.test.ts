import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/platform/clock.js';
import { newId, newTimedId } from '../../../src/platform/ids.js';
import { createLogger } from '../../../src/platform/logger.js';
import { createMetrics } from '../../../src/platform/metrics.js';

describe('the logger', () => {
  function open(level: string) {
    const lines: string[] = [];
    return { lines, logger: createLogger({ level, destination: { write: (line: string) => void lines.push(line) } }) };
  }

  it('writes one JSON object a line, with level and time in words and nothing of the machine', () => {
    const { lines, logger } = open('info');
    logger.child({ requestId: 'r' }).warn({ a: 1 }, 'two\nlines');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
    const { time, ...rest } = JSON.parse(lines[0] ?? '');
    expect(rest).toEqual({ level: 'warn', requestId: 'r', a: 1, msg: 'two\nlines' });
    expect(new Date(time).toISOString()).toBe(time);
  });

  it('writes nothing less severe than its level', () => {
    const { lines, logger } = open('warn');
    logger.info('no');
    logger.warn('yes');
    expect(lines).toHaveLength(1);
    expect(open('silent').logger.isLevelEnabled('fatal')).toBe(false);
  });

  it('tells an error with its causes', () => {
    const { lines, logger } = open('info');
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    const { err } = JSON.parse(lines[0] ?? '');
    expect(err).toMatchObject({ type: 'Error', message: 'outer: inner' });
    expect(err.stack).toContain('platform.test');
  });
});

describe('ids', () => {
  it('are random UUIDs', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('timed ids', () => {
  it('are UUIDs of version 7, no two alike, however many are made in one millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => newTimedId(1_767_225_600_000));
    expect(new Set(ids).size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^019b76da-a800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sort by the millisecond they were made in', () => {
    const times = [0, 1, 255, 256, 65_535, 65_536, 1_767_225_599_999, 1_767_225_600_000, 281_474_976_710_655];
    const ids = times.map((time) => newTimedId(time));
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => id.length === 36)).toBe(true);
  });
});

describe('the clock', () => {
  it('tells milliseconds since the epoch', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe('the metrics', () => {
  it('of two gateways in one process are apart', async () => {
    const [one, other] = [createMetrics({ processMetrics: false }), createMetrics({ processMetrics: false })];
    one.audit.appendFailed();
    one.audit.appended(7);
    one.audit.waiting(3);
    one.impersonations.inc({ event: 'IMPERSONATION_STARTED', code: '' });
    const text = await one.registry.metrics();
    expect(text).toContain('gateway_audit_write_failures_total 1');
    expect(text).toContain('gateway_audit_batch_events_sum 7');
    expect(text).toContain('gateway_audit_queue_events 3');
    expect(text).toContain('gateway_impersonations_total{event="IMPERSONATION_STARTED",code=""} 1');
    expect(await other.registry.metrics()).toContain('gateway_audit_write_failures_total 0');
  });

  it('of the process are added where they are wanted', async () => {
    const names = async (processMetrics: boolean) =>
      (await createMetrics({ processMetrics }).registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(await names(false)).not.toContain('nodejs_heap_size_total_bytes');
    expect(await names(true)).toContain('nodejs_heap_size_total_bytes');
  });

  it('tell no version, neither ours nor that of Node.js, unless they are given one to tell', async () => {
    const told = async (version?: string) => {
      const text = await createMetrics({ processMetrics: true, version }).registry.metrics();
      return [text.includes(process.version), text.includes('7.8.9')];
    };
    expect(await told()).toEqual([false, false]);
    expect(await told('7.8.9')).toEqual([true, true]);
  });
});
