import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuditFilter,
  changedFilter,
  EVENT_TYPES,
  FILTER_FIELDS,
  OUTCOMES,
} from '../../../../web/console/src/trail/filter/audit-filter.js';
import { readFilter, withoutParameters, writeFilter } from '../../../../web/console/src/trail/filter/filter-in-url.js';
import { schemaValues } from './schema-values.js';

const text = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((value) => {
  return value.trim() !== '' && value.length <= 255;
});
const moment = (min: number, max: number) => fc.integer({ min, max }).map((time) => new Date(time).toISOString());

const filters: fc.Arbitrary<AuditFilter> = fc
  .record(
    {
      types: fc.subarray([...EVENT_TYPES], { minLength: 1 }),
      outcome: fc.constantFrom(...OUTCOMES),
      actorId: text,
      subjectId: text,
      sessionId: text,
      requestId: text,
      operationName: text,
      occurredAfter: moment(0, 1e12),
      occurredBefore: moment(1e12 + 1, 2e12),
    },
    { requiredKeys: [] },
  )
  .map((filter) => changedFilter(filter, {}));

describe('a filter in an address', () => {
  it('has every field of the schema, and every value of its lists', () => {
    expect([...FILTER_FIELDS]).toEqual(schemaValues('ImpersonationEventFilter'));
    expect([...EVENT_TYPES]).toEqual(schemaValues('ImpersonationEventType'));
    expect([...OUTCOMES]).toEqual(schemaValues('EventOutcome'));
  });

  it('comes back as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(readFilter(writeFilter(filter))).toEqual({ filter, problems: [] });
      }),
    );
  });

  it('is one address for one choice, however often and in whatever order the types are named', () => {
    const { filter } = readFilter('types=AUDIT_GAP,AUDIT_READ&types=AUDIT_GAP');
    expect(filter.types).toEqual(['AUDIT_READ', 'AUDIT_GAP']);
    expect(writeFilter(filter)).toBe('types=AUDIT_READ,AUDIT_GAP');
  });

  it.each([
    ['an unknown parameter', 'actor=user_ada', 'actor'],
    ['a type that is none', 'types=AUDIT_READ,NOPE', 'types'],
    ['no type at all', 'types=', 'types'],
    ['an outcome that is none', 'outcome=success', 'outcome'],
    ['an empty id', 'actorId=', 'actorId'],
    ['an id of white space', 'subjectId=%20', 'subjectId'],
    ['an id that is too long', `sessionId=${'x'.repeat(256)}`, 'sessionId'],
    ['one id twice', 'requestId=a&requestId=b', 'requestId'],
    ['a time without a zone', 'occurredAfter=2026-01-31T12:00:00', 'occurredAfter'],
    ['a day alone', 'occurredBefore=2026-01-31', 'occurredBefore'],
    ['a day that is not in the calendar', 'occurredAfter=2026-02-30T00:00:00Z', 'occurredAfter'],
    [
      'an end before the beginning',
      'occurredAfter=2026-01-02T00:00:00Z&occurredBefore=2026-01-01T00:00:00Z',
      'occurredBefore',
    ],
    [
      'an end at the beginning',
      'occurredAfter=2026-01-01T00:00:00Z&occurredBefore=2026-01-01T00:00:00Z',
      'occurredBefore',
    ],
    ['a name of every object', '__proto__=1', '__proto__'],
  ])('tells of %s, and drops nothing in silence', (_what, search, parameter) => {
    const { problems } = readFilter(search);
    expect(problems.map((problem) => problem.parameter)).toEqual([parameter]);
    expect(readFilter(withoutParameters(search, [parameter])).problems).toEqual([]);
  });

  it('leaves the event beside the list alone', () => {
    expect(readFilter('event=chain:000000000001&actorId=user_ada')).toEqual({
      filter: { actorId: 'user_ada' },
      problems: [],
    });
  });

  it('reads times of any zone as the same moment', () => {
    expect(readFilter('occurredAfter=2026-01-31T14:00:00%2B02:00').filter).toEqual({
      occurredAfter: '2026-01-31T12:00:00.000Z',
    });
  });
});

describe('what somebody has put into a link', () => {
  it('is told as it is, and no more of it than a line', () => {
    const [problem] = readFilter(`outcome=${encodeURIComponent('\u202eevil')}`).problems;
    expect(problem?.message).not.toContain('\u202e');
    const [kind] = readFilter(`types=${'B'.repeat(5_000)}`).problems;
    expect(kind?.message).toContain('…” is none of');
    expect(kind?.message.indexOf('” is none of')).toBeLessThan(170);
  });
});
