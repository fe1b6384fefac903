import { describe, expect, it } from 'vitest';
import { readAuditEraseOptions } from '../../../src/commands/audit-erase.js';
import { holdLine, readAuditHoldOptions } from '../../../src/commands/audit-hold.js';
import { readAuditPruneOptions } from '../../../src/commands/audit-prune.js';

const DAY = Date.UTC(2026, 0, 31);
const SHA256 = '0a'.repeat(32);
const LONG = 'x'.repeat(501);

describe('audit hold', () => {
  const hold = { userId: null, sessionId: null, from: null, to: null, until: null };

  it.each<[readonly string[], object]>([
    [['--list'], { kind: 'list' }],
    [['--release', 'h', '--reason', ' closed '], { kind: 'release', id: 'h', reason: 'closed' }],
    [['--add', '--user', 'u', '--reason', 'r'], { kind: 'add', hold: { ...hold, userId: 'u' }, reason: 'r' }],
    [['--add', '--session', 's', '--reason', 'r'], { kind: 'add', hold: { ...hold, sessionId: 's' }, reason: 'r' }],
    [['--add', '--from', '2026-01-31', '--reason', 'r'], { kind: 'add', hold: { ...hold, from: DAY }, reason: 'r' }],
    [['--add', '--to', '2026-01-31', '--reason', 'r'], { kind: 'add', hold: { ...hold, to: DAY }, reason: 'r' }],
    [
      [
        '--add',
        '--user',
        'u',
        '--from',
        '2026-01-30',
        '--to',
        '2026-01-31',
        '--until',
        '2026-01-31T00:00:01Z',
        '--reason',
        'r',
      ],
      { kind: 'add', hold: { ...hold, userId: 'u', from: DAY - 86_400_000, to: DAY, until: DAY + 1_000 }, reason: 'r' },
    ],
    // A variable of a script that is not set names nothing, and so takes nothing out of the hold.
    [['--add', '--user', 'u', '--session', '', '--to', '', '--reason', 'r'], { hold: { ...hold, userId: 'u' } }],
  ])('%j is understood', (argv, order) => {
    expect(readAuditHoldOptions(argv)).toMatchObject(order);
  });

  it.each<[readonly string[], RegExp]>([
    [[], /Say one of/],
    [['--add', '--list'], /Say one of/],
    [['--add', '--release', 'h', '--reason', 'r'], /Say one of/],
    [['--release', 'h', '--list'], /Say one of/],
    [['--release', '', '--reason', 'r'], /Say one of/],
    [['--release', 'h'], /--reason is missing/],
    [['--add', '--user', 'u'], /--reason is missing/],
    [['--add', '--user', 'u', '--reason', '  '], /--reason is missing/],
    [['--add', '--user', 'u', '--reason', LONG], /longer than 500/],
    [['--add', '--reason', 'r'], /Say what is held/],
    [['--add', '--until', '2026-01-31', '--reason', 'r'], /Say what is held/],
    [['--add', '--user', '', '--session', '', '--reason', 'r'], /Say what is held/],
    [['--add', '--from', 'soon', '--reason', 'r'], /--from is not a time/],
    [['--add', '--to', '31.1.2026', '--reason', 'r'], /--to is not a time/],
    [['--add', '--user', 'u', '--until', '2026-02-30', '--reason', 'r'], /--until is not a time/],
    [['--add', '--from', '2026-01-31', '--to', '2026-01-31', '--reason', 'r'], /--from is not before --to/],
    [['--add', '--from', '2026-02-01', '--to', '2026-01-31', '--reason', 'r'], /--from is not before --to/],
    [['--everything'], /--everything/],
    [['--add', 'user_cleo', '--reason', 'r'], /user_cleo/],
  ])('%j is refused', (argv, why) => {
    expect(readAuditHoldOptions(argv)).toEqual({ wrong: expect.stringMatching(why) });
  });

  it('lists a hold in one line, and nothing in it steers a terminal', () => {
    const placed = { ...hold, id: 'h\u001b[2J', placedAt: DAY, eventId: 'e', reason: 'a\u202e"b\n', releasedAt: null };
    expect(holdLine({ ...placed, userId: 'u\u0007', until: DAY + 5 }, DAY)).toBe(
      '"h\\u001b[2J"  in force until 2026-01-31T00:00:00.005Z  placed 2026-01-31T00:00:00.000Z  user "u\\u0007"  "a\\u{202e}\\"b\\n"',
    );
    expect(holdLine({ ...placed, until: DAY, reason: null }, DAY)).toMatch(/ {2}ended until .* {2}"reason erased"$/);
    const released = holdLine({ ...placed, sessionId: 's', from: DAY, to: DAY + 1, releasedAt: DAY }, DAY);
    expect(released).toContain('released 2026-01-31T00:00:00.000Z  placed');
    expect(released).toContain('session "s" from 2026-01-31T00:00:00.000Z to 2026-01-31T00:00:00.001Z');
  });
});

describe('audit prune', () => {
  const asked = ['--before', '2026-01-31', '--export', 'f'];

  it.each<[readonly string[], object]>([
    [asked, { kind: 'prune', before: DAY, file: 'f', reason: null }],
    // A reason alone does nothing.
    [[...asked, '--reason', 'r'], { kind: 'prune', before: DAY, file: 'f', reason: null }],
    [[...asked, '--reason', ' r ', '--yes'], { kind: 'prune', before: DAY, file: 'f', reason: 'r' }],
    [['--give-up', SHA256], { kind: 'give up', archive: SHA256, reason: null }],
    [['--give-up', SHA256, '--reason', 'r'], { kind: 'give up', archive: SHA256, reason: null }],
    [['--give-up', SHA256, '--reason', 'r', '--yes'], { kind: 'give up', archive: SHA256, reason: 'r' }],
  ])('%j is understood', (argv, order) => {
    expect(readAuditPruneOptions(argv)).toEqual(order);
  });

  it.each<[readonly string[], RegExp]>([
    [[], /--before is missing/],
    [['--before', '2026-01-31'], /--export is missing/],
    [['--before', '2026-01-31', '--export', ''], /--export is missing/],
    [['--before', '', '--export', 'f'], /--before is not a time/],
    [['--before', '90d', '--export', 'f'], /--before is not a time/],
    [[...asked, '--yes'], /--reason is missing/],
    [[...asked, '--yes', '--reason', LONG], /longer than 500/],
    [['--give-up', ''], /is not a SHA-256/],
    [['--give-up', SHA256.toUpperCase()], /is not a SHA-256/],
    [['--give-up', `${SHA256}0`], /is not a SHA-256/],
    [['--give-up', ` ${SHA256}`], /is not a SHA-256/],
    [['--give-up', SHA256, '--yes'], /--reason is missing/],
    [['--give-up', SHA256, '--before', '2026-01-31'], /goes with neither/],
    [['--give-up', SHA256, '--export', 'f'], /goes with neither/],
    [['--all'], /--all/],
  ])('%j is refused', (argv, why) => {
    expect(readAuditPruneOptions(argv)).toEqual({ wrong: expect.stringMatching(why) });
  });
});

describe('audit erase', () => {
  it('is done by --yes alone, about somebody who is named', () => {
    expect(readAuditEraseOptions(['--user', 'u', '--yes'])).toEqual({ user: 'u', reason: null });
    expect(readAuditEraseOptions(['--user', 'u', '--yes', '--reason', ' r '])).toEqual({ user: 'u', reason: 'r' });
    expect(readAuditEraseOptions(['--user', 'u', '--yes', '--reason', ' '])).toEqual({ user: 'u', reason: null });
    expect(readAuditEraseOptions(['--user', 'u', '--yes', '--reason', LONG.slice(1)])).toHaveProperty('reason');
  });

  it.each<[readonly string[], RegExp]>([
    [['--yes'], /--user is missing/],
    [['--user', '', '--yes'], /--user is missing/],
    [['--user', 'u\n'], /Nothing was erased\. .* "u\\n"/],
    [['--user', 'u', '--yes', '--reason', LONG], /longer than 500/],
    [['--user', 'u', '--yes', '--force'], /--force/],
    [['u', '--yes'], /u/],
  ])('%j is refused', (argv, why) => {
    expect(readAuditEraseOptions(argv)).toEqual({ wrong: expect.stringMatching(why) });
  });
});
