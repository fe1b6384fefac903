import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallerLog, createCallerLog } from '../../../src/platform/caller-log.js';
import { TestClock } from '../../support/test-clock.js';
import { collectedLog } from '../audit/drafts.js';

const clock = new TestClock();
let log: CallerLog;
let lines: string[];

beforeEach(() => {
  vi.useFakeTimers();
  const collected = collectedLog();
  lines = collected.lines;
  log = createCallerLog({ logger: collected.logger, clock, perMinute: 3, mostPerMinute: 10, leftOut: 'more' });
});
afterEach(() => {
  log.close();
  vi.useRealTimers();
});

/** What was written since it was asked last: the field `n` of a line, or who had how many left out. */
function written(): string[] {
  return lines.splice(0).map((line) => {
    const { n, caller, count, msg } = JSON.parse(line);
    return msg === 'more' ? `${caller} +${count}` : String(n);
  });
}
const say = (caller: string, n: number) => log.info(caller, { n }, 'said');
function minutePasses(): void {
  clock.advance(60_000);
  vi.advanceTimersByTime(1_000);
}

describe('lines that callers cause', () => {
  it('are written, so many of each a minute; the rest is counted, and told when the minute is over', () => {
    for (let n = 1; n <= 7; n += 1) say('actor:ada', n);
    say('actor:cleo', 8);
    expect(written()).toEqual(['1', '2', '3', '8']);
    minutePasses();
    expect(written()).toEqual(['actor:ada +4']);
    say('actor:ada', 9);
    expect(written()).toEqual(['9']);
    minutePasses();
    expect(written()).toEqual([]);
  });

  it('are bounded for all of a kind together, however many callers there are, and so is what is remembered of them', () => {
    for (let n = 0; n < 100_000; n += 1) say(`address:2001:db8:${n.toString(16)}::/64`, n);
    expect(written()).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
    minutePasses();
    expect(written()).toEqual(['address:others +99990']);
  });

  it('leave those of another kind alone: a flood of strangers hides nobody who is signed in', () => {
    for (let n = 0; n < 1_000; n += 1) say(`address:192.0.2.${n}`, n);
    written();
    say('actor:ada', 1);
    expect(written()).toEqual(['1']);
  });

  it('are written anew where the clock was set back, and what was left out is told', () => {
    for (let n = 1; n <= 4; n += 1) say('actor:ada', n);
    clock.advance(-3_600_000);
    say('actor:ada', 5);
    expect(written()).toEqual(['1', '2', '3', 'actor:ada +1', '5']);
  });

  it('are all told of at the end', () => {
    for (let n = 1; n <= 4; n += 1) say('actor:ada', n);
    log.close();
    expect(written()).toEqual(['1', '2', '3', 'actor:ada +1']);
    log.close();
    expect(written()).toEqual([]);
  });
});
