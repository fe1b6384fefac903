import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../../../src/errors/index.js';
import { because, EXPLAINED_CODES } from '../../../../web/console/src/trail/events/codes-in-words.js';
import {
  type EventFacts,
  eventInWords,
  OUTCOME_NAMES,
  TYPE_NAMES,
  typeName,
} from '../../../../web/console/src/trail/events/event-in-words.js';
import { INTEGRITY } from '../../../../web/console/src/trail/events/integrity-in-words.js';
import { EVENT_TYPES, OUTCOMES } from '../../../../web/console/src/trail/filter/audit-filter.js';
import { schemaValues } from './schema-values.js';

function event(about: Partial<EventFacts> = {}): EventFacts {
  return {
    type: 'IMPERSONATION_STARTED',
    outcome: 'SUCCESS',
    code: null,
    count: 1,
    actorId: 'user_ada',
    subjectId: 'user_cleo',
    actor: { name: 'Ada' },
    subject: { name: 'Cleo' },
    operation: null,
    gap: null,
    anomaly: null,
    ...about,
  };
}
const run = { name: 'ShowOrders', type: 'QUERY', fields: ['Query.orders'] };

describe('an event in words', () => {
  it('explains every code of the gateway, and no other', () => {
    expect([...EXPLAINED_CODES].sort()).toEqual(Object.keys(ERROR_CATALOGUE).sort());
  });

  it('names every type, outcome and state of integrity of the schema', () => {
    expect(Object.keys(TYPE_NAMES)).toEqual(schemaValues('ImpersonationEventType'));
    expect(Object.keys(OUTCOME_NAMES)).toEqual(schemaValues('EventOutcome'));
    expect(Object.keys(INTEGRITY).sort()).toEqual([...schemaValues('IntegrityStatus')].sort());
  });

  it('is one sentence for every type and outcome, with anybody and anything missing', () => {
    for (const type of EVENT_TYPES) {
      for (const outcome of OUTCOMES) {
        for (const code of [null, 'FORBIDDEN', 'A_NEWER_CODE']) {
          for (const operation of [null, run, { name: null, type: 'QUERY', fields: [] }]) {
            const bare = { actor: null, actorId: null, subject: null, subjectId: null };
            for (const people of [{}, bare]) {
              const sentence = eventInWords(event({ type, outcome, code, operation, ...people }));
              expect(sentence).toMatch(/^[A-Z].*\.$/);
              expect(sentence).not.toMatch(/null|undefined|\[object/);
            }
          }
        }
      }
    }
  });

  it.each<[string, Partial<EventFacts>, string]>([
    ['a start', {}, 'Ada began to act as Cleo.'],
    ['a person who is gone', { actor: null }, 'user_ada began to act as Cleo.'],
    [
      'a denial',
      { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', code: 'SUBJECT_PROTECTED' },
      'Ada was not allowed to act as Cleo, because the subject holds a protected role.',
    ],
    [
      'a flood',
      { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', code: 'RATE_LIMITED', count: 12 },
      'Ada was not allowed to act as Cleo, because there had been too many in a short time, or at once. This stands for 12 such attempts.',
    ],
    [
      'the gateway’s own end of a session',
      { type: 'IMPERSONATION_REVOKED', actor: null, actorId: null, code: 'FORBIDDEN' },
      'The gateway ended a session on Cleo, because a role that is needed was missing.',
    ],
    ['an operation', { type: 'OPERATION_COMPLETED', operation: run }, 'Ada, as Cleo, ran the query ShowOrders.'],
    [
      'an operation without a name',
      { type: 'OPERATION_COMPLETED', operation: { ...run, name: null, fields: ['Query.a', 'Query.b'] } },
      'Ada, as Cleo, ran a query of Query.a and 1 more.',
    ],
    [
      'an operation that failed',
      { type: 'OPERATION_COMPLETED', outcome: 'FAILURE', operation: run },
      'Ada, as Cleo, ran the query ShowOrders; it failed, in whole or in part.',
    ],
    [
      'refusals of one actor',
      {
        type: 'ANOMALY_DETECTED',
        outcome: 'FAILURE',
        code: 'FORBIDDEN',
        count: 30,
        anomaly: { kind: 'DENIED_BURST_BY_ACTOR', windowSeconds: 60 },
      },
      'Ada was refused 30 times within a minute.',
    ],
    [
      'refusals from one address',
      { type: 'ANOMALY_DETECTED', count: 100, anomaly: { kind: 'DENIED_BURST_BY_ADDRESS', windowSeconds: 60 } },
      'Requests from one address were refused 100 times within a minute.',
    ],
    [
      'many subjects',
      { type: 'ANOMALY_DETECTED', count: 30, anomaly: { kind: 'MANY_SUBJECTS', windowSeconds: 3_600 } },
      'Ada acted as 30 different people within an hour.',
    ],
    [
      'a gap',
      { type: 'AUDIT_GAP', outcome: 'UNKNOWN', gap: { lost: 1 } },
      'For a time the audit trail could not be written; one event was given up.',
    ],
    [
      'an erasure that was about to be',
      { type: 'AUDIT_ERASED', outcome: 'UNKNOWN' },
      'The personal details about Cleo were about to be erased.',
    ],
  ])('says of %s what happened', (_what, about, sentence) => {
    expect(eventInWords(event(about))).toBe(sentence);
  });

  it('shows what a newer gateway records by its own name', () => {
    expect(typeName('SOMETHING_NEW')).toBe('SOMETHING_NEW');
    expect(eventInWords(event({ type: 'toString' as EventFacts['type'] }))).toBe('toString.');
    expect(because('toString')).toBe('of toString');
  });
});
