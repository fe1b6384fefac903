import { GraphQLError, Kind } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DateTime } from '../../../resolvers/DateTime.js';

const literal = (value: string) => DateTime.parseLiteral({ kind: Kind.STRING, value });

describe('a DateTime a client sends', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-31T12:00:00.000Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.123Z', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
    ['2026-01-31T12:00:00.1Z', Date.UTC(2026, 0, 31, 12, 0, 0, 100)],
    ['2026-01-31T12:00:00.123456789Z', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
    ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10)],
    ['2026-01-31T12:00:00-23:59', Date.UTC(2026, 1, 1, 11, 59)],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
    ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
  ])('%s is that moment, as a variable and as a literal', (text, time) => {
    expect(DateTime.parseValue(text)).toBe(time);
    expect(literal(text)).toBe(time);
  });

  it.each([
    '',
    '2026-01-31',
    '2026-01-31T12:00Z',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00:00',
    '2026-01-31t12:00:00z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00.1234567890Z',
    '2026-01-31T12:00:00,5Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+0200',
    '2026-02-29T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-32T12:00:00Z',
    '+002026-01-31T12:00:00Z',
    '12026-01-31T12:00:00Z',
    '2026-1-31T12:00:00Z',
    '2026-01-31T12:00:00Z ',
    '٢٠٢٦-01-31T12:00:00Z',
    'yesterday',
    '1767225600000',
  ])('%j is refused', (text) => {
    for (const read of [() => DateTime.parseValue(text), () => literal(text)]) {
      expect(read).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
      expect(read).toThrow(GraphQLError);
    }
  });

  it.each([0, 1_767_225_600_000, null, true, {}, ['2026-01-31T12:00:00Z'], new Date()])(
    '%j, which is no text, is refused',
    (value) => {
      expect(() => DateTime.parseValue(value)).toThrow('RFC 3339');
    },
  );

  it('is refused as a literal that is no text', () => {
    expect(() => DateTime.parseLiteral({ kind: Kind.INT, value: '0' })).toThrow('RFC 3339');
    expect(() => DateTime.parseLiteral({ kind: Kind.NULL })).toThrow('RFC 3339');
  });
});

describe('a DateTime the gateway sends', () => {
  it('is RFC 3339 in UTC with milliseconds, and reads back as itself', () => {
    for (const time of [0, 1, -1, 1_767_225_600_123, Date.UTC(9999, 11, 31)]) {
      const text = DateTime.serialize(time);
      expect(text).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
      expect(DateTime.parseValue(text)).toBe(time);
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1, '2026-01-31T12:00:00Z', null, new Date(0)])(
    'is never made of %s',
    (value) => {
      expect(() => DateTime.serialize(value)).toThrow();
    },
  );
});
