import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stretches, threeStretches } from './rechecked-trail.js';

const recoded = (body: string) => body.replace('"code":null', '"code":"FORBIDDEN"');
const ALL_SEALED = stretches('SEALED', 'SEALED', 'SEALED');

describe('a trail that nobody touched', () => {
  it('is seen whole, without a fault, a line or a change of status', async () => {
    const { recheck, one, other, statuses, metric, lines } = await threeStretches();
    expect(await recheck.pass()).toBe(true);
    expect(await statuses(one)).toEqual(ALL_SEALED);
    expect(await statuses(other)).toEqual(['SEALED', 'SEALED']);
    expect(lines).toEqual([]);
    expect(await metric('gateway_audit_recheck_events_total')).toBe(15);
    expect(await metric('gateway_audit_recheck_whole')).toBe(1);
    expect(await metric('gateway_audit_recheck_faults{kind="CONTENT"}')).toBe(0);
    expect(await metric('gateway_audit_faults_total')).toBe(0);
    const completedAt = (await metric('gateway_audit_recheck_completed_timestamp_seconds')) ?? 0;
    expect(completedAt).toBeGreaterThan(1_700_000_000);
  });
});

describe('an event that was edited after it was sealed', () => {
  it('and re-chained to the end: it and all that rests on it is FAILED, what was sealed before stays SEALED', async () => {
    const { recheck, rechain, one, other, statuses, metric, errors } = await threeStretches();
    await rechain(one, 5, recoded);
    expect(await statuses(one)).toEqual(ALL_SEALED);
    expect(await recheck.pass()).toBe(true);
    expect(await statuses(one)).toEqual(stretches('SEALED', 'FAILED', 'FAILED', 'FAILED'));
    expect(await statuses(other)).toEqual(['SEALED', 'SEALED']);
    expect(await metric('gateway_audit_recheck_faults{kind="SEAL_HEAD"}')).toBe(2);
    expect(await metric('gateway_audit_recheck_faults_found_total{kind="SEAL_HEAD"}')).toBe(2);
    expect(await metric('gateway_audit_faults_total')).toBeGreaterThan(0);
    expect(errors()).toContainEqual(
      expect.objectContaining({
        kind: 'SEAL_HEAD',
        chain: one,
        sequence: 7,
        seal: 1,
        msg: 'the audit trail has a fault',
      }),
    );
  });

  it('and re-chained to the end of its stretch: the stretch is FAILED', async () => {
    const { recheck, rechain, one, statuses } = await threeStretches();
    await rechain(one, 5, recoded, 7);
    await recheck.pass();
    // Event 8 no longer follows the event before it.
    expect(await statuses(one)).toEqual(stretches('SEALED', 'FAILED', 'SEALED').with(8, 'FAILED'));
  });

  it('and hashed alone: though its own hash is right, it is FAILED', async () => {
    const { recheck, rechain, one, statuses, metric } = await threeStretches();
    // Event 4 carries no signature of its own; nothing but the link of 5 tells.
    await rechain(one, 4, recoded, 4);
    await recheck.pass();
    expect(await metric('gateway_audit_recheck_faults{kind="LINK"}')).toBe(1);
    expect(await metric('gateway_audit_faults_total')).toBe(1);
    expect(await statuses(one)).toEqual(stretches('SEALED', 'FAILED', 'SEALED'));
  });

  it('and re-chained up to an event that keeps its sealed hash: not only that event is FAILED', async () => {
    const { recheck, rechain, change, one, statuses, metric } = await threeStretches();
    await rechain(one, 4, recoded, 6);
    change('UPDATE impersonationEvents SET signature = NULL WHERE chain = ? AND sequence = 5', one);
    change(
      `UPDATE impersonationEvents SET previousHash = (SELECT hash FROM impersonationEvents WHERE chain = ?1 AND sequence = 6)
       WHERE chain = ?1 AND sequence = 7`,
      one,
    );
    await recheck.pass();
    expect(await metric('gateway_audit_recheck_faults{kind="CONTENT"}')).toBe(1);
    expect(await metric('gateway_audit_recheck_faults{kind="LINK"}')).toBe(0);
    expect(await metric('gateway_audit_recheck_faults{kind="SEAL_HEAD"}')).toBe(0);
    expect(await statuses(one)).toEqual(stretches('SEALED', 'FAILED', 'SEALED'));
  });

  it('in its projections alone: that event is FAILED', async () => {
    const { recheck, change, one, statuses, errors } = await threeStretches();
    change('UPDATE impersonationEvents SET actorId = ? WHERE chain = ? AND sequence = 5', 'user_mallory', one);
    await recheck.pass();
    expect(await statuses(one)).toEqual(ALL_SEALED.with(5, 'FAILED'));
    expect(errors()).toEqual([expect.objectContaining({ kind: 'PROJECTION', chain: one, sequence: 5 })]);
    expect(JSON.stringify(errors())).not.toContain('mallory');
  });

  it('and put in the place of another: it is FAILED even before a pass', async () => {
    const { change, one, statuses } = await threeStretches();
    change("UPDATE impersonationEvents SET sequence = 500, id = 'gone' WHERE chain = ? AND sequence = 6", one);
    change('UPDATE impersonationEvents SET sequence = 6 WHERE chain = ? AND sequence = 5', one);
    // Now the list has no 5, and the one at 6 says that it is 5.
    expect((await statuses(one))[5]).toBe('FAILED');
  });
});

describe('what was deleted', () => {
  it('an event in the middle: its stretch is FAILED', async () => {
    const { recheck, change, one, statuses, metric } = await threeStretches();
    change('DELETE FROM impersonationEvents WHERE chain = ? AND sequence = 5', one);
    await recheck.pass();
    expect(await statuses(one)).toEqual(stretches('SEALED', 'FAILED', 'SEALED').toSpliced(5, 1));
    expect(await metric('gateway_audit_recheck_faults{kind="EVENT_MISSING"}')).toBe(1);
  });

  it('events across stretches: what is left of each is FAILED', async () => {
    const { recheck, change, one, statuses } = await threeStretches();
    change('DELETE FROM impersonationEvents WHERE chain = ? AND sequence BETWEEN 3 AND 8', one);
    await recheck.pass();
    expect(await statuses(one)).toEqual([...'FFF'].map(() => 'FAILED').concat('FAILED', 'FAILED', 'FAILED', 'PENDING'));
  });

  it('the sealed end of a chain: what is left of the stretch is FAILED', async () => {
    const { recheck, change, one, statuses } = await threeStretches();
    change('DELETE FROM impersonationEvents WHERE chain = ? AND sequence > 9', one);
    await recheck.pass();
    expect(await statuses(one)).toEqual(stretches('SEALED', 'SEALED', 'FAILED').slice(0, 10));
  });

  it('the last seal, which an anchor has: what it covered is FAILED', async () => {
    const { recheck, change, one, statuses, errors } = await threeStretches();
    change('DELETE FROM auditSeals WHERE id = 2');
    await recheck.pass();
    expect(await statuses(one)).toEqual(stretches('SEALED', 'SEALED', 'FAILED'));
    expect(errors()).toEqual([expect.objectContaining({ kind: 'ROLLED_BACK', seal: 2 })]);
  });

  it('the last seal, and no anchor has it: what it covered is FAILED once it has been without a seal too long', async () => {
    const { recheck, change, one, clock, anchorFile, statuses } = await threeStretches();
    change('DELETE FROM auditSeals WHERE id = 2');
    rmSync(anchorFile);
    clock.advance(61_000);
    await recheck.pass();
    await recheck.pass();
    expect(await statuses(one)).toEqual(stretches('SEALED', 'SEALED', 'FAILED', 'FAILED'));
  });
});

describe('a seal that was changed', () => {
  const changes: Readonly<Record<string, string>> = {
    'its signature': 'UPDATE auditSeals SET signature = zeroblob(64) WHERE id = 1',
    'its hash': 'UPDATE auditSeals SET hash = zeroblob(32) WHERE id = 1',
    'its body': `UPDATE auditSeals SET body = replace(body, '"closed":false', '"closed":true') WHERE id = 1`,
    'its body, beyond reading': "UPDATE auditSeals SET body = '{}' WHERE id = 1",
    'its time, beside its body': 'UPDATE auditSeals SET sealedAt = 0 WHERE id = 1',
  };
  it.each(Object.keys(changes))('%s: what it covers is not called SEALED', async (name) => {
    const { recheck, change, one, statuses } = await threeStretches();
    change(changes[name] ?? '');
    await recheck.pass();
    const found = await statuses(one);
    expect(found.slice(4, 8)).toEqual(['FAILED', 'FAILED', 'FAILED', 'FAILED']);
    expect(found.slice(0, 4)).toEqual(['SEALED', 'SEALED', 'SEALED', 'SEALED']);
  });
});

describe('a fault that is mended', () => {
  it('is FAILED until a whole pass no longer finds it, and that is told once', async () => {
    const { recheck, rechain, backup, one, statuses, metric, lines } = await threeStretches();
    const restore = backup();
    await rechain(one, 5, recoded);
    await recheck.pass();
    restore();
    expect(await statuses(one)).toEqual(stretches('SEALED', 'FAILED', 'FAILED', 'FAILED'));
    await recheck.pass();
    expect(await statuses(one)).toEqual(ALL_SEALED);
    expect(await metric('gateway_audit_recheck_faults{kind="SEAL_HEAD"}')).toBe(0);
    // The alarm that it was is not taken back.
    expect(await metric('gateway_audit_recheck_faults_found_total{kind="SEAL_HEAD"}')).toBe(2);
    await recheck.pass();
    expect(lines.filter(({ level }) => level === 30)).toEqual([expect.objectContaining({ left: 0 })]);
  });

  it('and comes again is logged again; one that stays is not', async () => {
    const { recheck, rechain, backup, one, errors } = await threeStretches();
    const restore = backup();
    await rechain(one, 5, recoded);
    await recheck.pass();
    const first = errors().length;
    expect(first).toBeGreaterThan(0);
    await recheck.pass();
    expect(errors()).toHaveLength(first);
    restore();
    await recheck.pass();
    await rechain(one, 5, recoded);
    await recheck.pass();
    expect(errors()).toHaveLength(2 * first);
  });
});
