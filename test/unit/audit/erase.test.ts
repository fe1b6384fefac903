import { describe, expect, it } from 'vitest';
import { eraseDetails } from '../../../src/audit/erase.js';
import type { EventDraft } from '../../../src/domain/audit-event.js';
import { GatewayError, StoreUnavailableError } from '../../../src/errors/index.js';
import { TestClock } from '../../support/test-clock.js';

/** What is done, in its order. */
function open({ record = () => {}, events = () => 7, sessions = () => 2 } = {}) {
  const done: string[] = [];
  const drafts: EventDraft[] = [];
  const parts = {
    clock: new TestClock(),
    trail: {
      async record(draft: EventDraft) {
        record();
        done.push(`${draft.type} ${draft.outcome}`);
        drafts.push(draft);
      },
    },
    events: {
      async eraseDetails(id: string) {
        done.push(`events of ${id}`);
        return events();
      },
    },
    sessions: {
      async eraseDetails(id: string) {
        done.push(`sessions of ${id}`);
        return sessions();
      },
    },
  };
  return { done, drafts, parts };
}

describe('erasing the details about a person', () => {
  it('is on record before the first goes and after the last went, with the numbers and the reason', async () => {
    const { done, drafts, parts } = open();
    expect(await eraseDetails('anna', 'request 17', parts)).toEqual({ events: 7, sessions: 2 });
    expect(done).toEqual(['AUDIT_ERASED UNKNOWN', 'sessions of anna', 'events of anna', 'AUDIT_ERASED SUCCESS']);
    expect(drafts.map(({ subjectId, actor, details }) => ({ subjectId, actor, details }))).toEqual([
      { subjectId: 'anna', actor: null, details: { reason: 'request 17' } },
      {
        subjectId: 'anna',
        actor: null,
        details: { reason: 'request 17', variables: '{"erased":{"sessions":2,"events":7}}' },
      },
    ]);
    expect(new Set(drafts.map(({ request }) => request.id)).size).toBe(1);
  });

  it('does not happen where it cannot be put on record', async () => {
    const { done, parts } = open({
      record() {
        throw new GatewayError('AUDIT_UNAVAILABLE');
      },
    });
    await expect(eraseDetails('anna', null, parts)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(done).toEqual([]);
  });

  it('that broke off is on record as failed, with what was done until then', async () => {
    const { done, drafts, parts } = open({
      events() {
        throw new StoreUnavailableError('away');
      },
    });
    await expect(eraseDetails('anna', null, parts)).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(done.at(-1)).toBe('AUDIT_ERASED FAILURE');
    expect(drafts.at(-1)?.details).toEqual({ variables: '{"erased":{"sessions":2}}' });
  });
});
