import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detailsHash, encodeBody, encodeSealBody, eventHash } from '../../../src/audit/format.js';
import { eventBodyReader } from '../../../src/audit/verify/event-body.js';
import { DetailsHash, EventHash } from '../../../src/audit/verify/event-hash.js';
import { isSignedBy } from '../../../src/audit/verify/gateway-keys.js';
import { readGatewayKeys, VerifyInputError } from '../../../src/audit/verify/index.js';
import { instantReader } from '../../../src/audit/verify/instant.js';
import { sealBodyReader } from '../../../src/audit/verify/seal-body.js';
import { ANOMALY_KINDS, EVENT_OUTCOMES, EVENT_TYPES, type EventDraft } from '../../../src/domain/audit-event.js';
import { SEED } from '../../support/seeded-random.js';
import { gatewayKey, jwksOf } from './writer.js';

/** Any text at all: lone surrogates, control characters, quotation marks. */
const text = fc
  .string({ unit: 'binary', maxLength: 20 })
  .chain((some) => fc.constantFrom(some, `${some}\ud800"\\\n\u2028`));
const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
const code = fc.constantFrom('FORBIDDEN', 'TOKEN_EXPIRED');
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);

const gap = fc
  .tuple(time, time, fc.nat())
  .map(([a, b, lost]) => ({ from: Math.min(a, b), until: Math.max(a, b), lost }));

const anomaly = fc.record({
  kind: fc.constantFrom(...ANOMALY_KINDS),
  threshold: fc.nat(),
  windowSeconds: fc.nat(),
  codes: fc.array(code, { maxLength: 3 }),
});

const anyDraft: fc.Arbitrary<EventDraft> = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  outcome: fc.constantFrom(...EVENT_OUTCOMES),
  code: orNull(code),
  occurredAt: time,
  actor: orNull(
    fc.record({
      id: text,
      issuer: text,
      authTime: orNull(fc.oneof(fc.integer({ min: 0 }), fc.double({ min: 0, max: 1e12, noNaN: true }))),
      amr: fc.array(text, { maxLength: 3 }),
    }),
  ),
  subjectId: orNull(text),
  session: orNull(
    fc.record({ id: text, access: fc.constantFrom('READ_ONLY', 'FULL'), startedAt: time, expiresAt: time }),
  ),
  operation: orNull(
    fc.record({
      name: orNull(text),
      type: fc.constantFrom('QUERY', 'MUTATION', 'SUBSCRIPTION'),
      fields: fc.array(text, { maxLength: 3 }),
      documentHash: fc.constant('ab'.repeat(32)),
      errorCodes: fc.array(code, { maxLength: 3 }),
      durationMs: orNull(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
    }),
  ),
  request: fc.record({ id: text, traceparent: orNull(text) }),
  count: fc.integer({ min: 1, max: 1_000_000 }),
  details: fc.constant({}),
});

const upstreams = fc.array(text, { maxLength: 3 });

const RANGE = { chain: 'a-B_9.c', from: 1, to: 7, previousHash: '1a'.repeat(32), head: '2b'.repeat(32) };
const PRUNED = {
  before: 86_400_000,
  throughSeal: 12,
  archive: { sha256: '3c'.repeat(32), bytes: 4_096, events: 7 },
  ranges: [RANGE, { ...RANGE, chain: 'b', from: 0, to: 0 }],
};
const HOLD = { id: 'h', userId: 'user_"cleo"', sessionId: null, from: 5, to: null, until: 86_400_000 };

/** Gaps and anomalies are in the events that are about one, and in no others; upstreams are where any were asked. */
const draft = fc.tuple(anyDraft, gap, anomaly, upstreams).map(([event, gap, anomaly, upstreams]): EventDraft => {
  const { operation } = event;
  const asked =
    operation === null || upstreams.length === 0 ? event : { ...event, operation: { ...operation, upstreams } };
  if (event.type === 'ANOMALY_DETECTED') return { ...asked, anomaly };
  if (event.type === 'AUDIT_GAP') return { ...asked, gap };
  if (event.type === 'AUDIT_PRUNED') return { ...asked, pruned: PRUNED };
  return event.type.startsWith('LEGAL_HOLD') ? { ...asked, hold: HOLD } : asked;
});

describe('the reader of event bodies', () => {
  const readBody = eventBodyReader();

  it('takes a gap where it belongs and nowhere else, and none that ends before it begins', () => {
    const whole = { from: 0, until: 1, lost: 2 };
    const cases: [string, EventDraft['type'], EventDraft['gap'], boolean][] = [
      ['a gap in its event', 'AUDIT_GAP', whole, true],
      ['none in the event of one', 'AUDIT_GAP', undefined, false],
      ['one in another event', 'AUDIT_READ', whole, false],
      ['one that ends before it begins', 'AUDIT_GAP', { from: 1, until: 0, lost: 0 }, false],
    ];
    const [event] = fc.sample(anyDraft, { numRuns: 1, seed: 1 });
    for (const [what, type, gap, valid] of cases) {
      const place = { chain: 'c', sequence: 1, occurredAt: 5 };
      const made = { ...(event as EventDraft), type, ...(gap && { gap }) };
      const body = encodeBody(made, place, { instance: 'i', version: 'v' }, '00'.repeat(32));
      expect([what, readBody(body) !== null]).toEqual([what, valid]);
    }
  });

  it('takes an anomaly where it belongs and nowhere else, and none of a kind it does not know', () => {
    const known = { kind: 'MANY_SUBJECTS', threshold: 3, windowSeconds: 3_600, codes: [] } as const;
    const cases: [string, EventDraft['type'], object | undefined, boolean][] = [
      ['an anomaly in its event', 'ANOMALY_DETECTED', known, true],
      ['none in the event of one', 'ANOMALY_DETECTED', undefined, false],
      ['one in another event', 'IMPERSONATION_DENIED', known, false],
      ['one of another kind', 'ANOMALY_DETECTED', { ...known, kind: 'NOTHING_AT_ALL' }, false],
    ];
    const [event] = fc.sample(anyDraft, { numRuns: 1, seed: 1 });
    for (const [what, type, anomaly, valid] of cases) {
      const place = { chain: 'c', sequence: 1, occurredAt: 5 };
      const made = { ...(event as EventDraft), type, ...(anomaly && { anomaly }) } as EventDraft;
      const body = encodeBody(made, place, { instance: 'i', version: 'v' }, '00'.repeat(32));
      expect([what, readBody(body) !== null]).toEqual([what, valid]);
    }
  });

  it('takes what was pruned, and a hold, where they belong and nowhere else, and no range that ends before it begins', () => {
    const [event] = fc.sample(anyDraft, { numRuns: 1, seed: 1 });
    const readable = (type: EventDraft['type'], parts: Partial<EventDraft>) => {
      const place = { chain: 'c', sequence: 1, occurredAt: 5 };
      const made = { ...(event as EventDraft), type, ...parts };
      return readBody(encodeBody(made, place, { instance: 'i', version: 'v' }, '00'.repeat(32))) !== null;
    };
    expect(readable('AUDIT_PRUNED', { pruned: PRUNED })).toBe(true);
    expect(readable('AUDIT_PRUNED', { pruned: { ...PRUNED, ranges: [] } })).toBe(true);
    expect(readable('AUDIT_PRUNED', {})).toBe(false);
    expect(readable('AUDIT_READ', { pruned: PRUNED })).toBe(false);
    expect(readable('AUDIT_PRUNED', { pruned: { ...PRUNED, ranges: [{ ...RANGE, from: 8 }] } })).toBe(false);
    expect(readable('AUDIT_PRUNED', { pruned: { ...PRUNED, ranges: [{ ...RANGE, head: 'zz' }] } })).toBe(false);
    expect(readable('AUDIT_PRUNED', { pruned: { ...PRUNED, ranges: [{ ...RANGE, chain: 'a"b' }] } })).toBe(false);
    for (const type of ['LEGAL_HOLD_PLACED', 'LEGAL_HOLD_RELEASED'] as const) {
      expect(readable(type, { hold: HOLD })).toBe(true);
      expect(readable(type, {})).toBe(false);
    }
    expect(readable('AUDIT_RESTORED', { hold: HOLD })).toBe(false);
  });

  it('takes the upstreams of an operation as its last member, and never an empty list of them', () => {
    const operation = { name: null, type: 'QUERY', fields: [], documentHash: 'ab'.repeat(32), errorCodes: [] } as const;
    const [event] = fc.sample(anyDraft, { numRuns: 1, seed: 2 });
    const readable = (upstreams: readonly string[]) => {
      const made = {
        ...(event as EventDraft),
        type: 'AUDIT_READ',
        operation: { ...operation, durationMs: 1, upstreams },
      };
      const place = { chain: 'c', sequence: 1, occurredAt: 5 };
      return encodeBody(made as EventDraft, place, { instance: 'i', version: 'v' }, '00'.repeat(32));
    };
    const body = readable(['orders', 'shipping']);
    expect(body).toContain('"durationMs":1,"upstreams":["orders","shipping"]}');
    expect(readBody(body)).not.toBeNull();
    expect(readBody(readable([]))).toBeNull();
    expect(
      readBody(body.replace('"durationMs":1,"upstreams":["orders","shipping"]', '"upstreams":["o"],"durationMs":1')),
    ).toBeNull();
    expect(readBody(body.replace('"upstreams":', '"upstream":'))).toBeNull();
  });

  it('understands whatever the writer can write', () => {
    fc.assert(
      fc.property(draft, text, fc.nat(), fc.boolean(), (event, chain, sequence, isFirst) => {
        const key = { publicKey: 'AA', kid: chain, algorithm: 'EdDSA', signature: 'AA' };
        const place = { chain, sequence, occurredAt: event.occurredAt };
        const gateway = { instance: chain, version: '0.1.0' };
        const body = encodeBody(event, place, gateway, '00'.repeat(32), isFirst ? key : undefined);
        expect(readBody(body)).toEqual({
          // What is no Unicode comes back as the text says it.
          chain: JSON.parse(JSON.stringify(chain)),
          sequence,
          occurredAt: event.occurredAt,
          type: event.type,
          sessionId: event.session?.id ?? null,
          startedAt: event.session?.startedAt ?? Number.NaN,
          expiresAt: event.session?.expiresAt ?? Number.NaN,
          operationType: event.operation?.type ?? null,
          durationMs: event.operation?.durationMs ?? null,
          detailsHash: '00'.repeat(32),
          chainKey: isFirst ? key : null,
          pruned: event.pruned ?? null,
        });
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  it('does not choke on what is far too long', () => {
    const event = (id: string): EventDraft => ({
      type: 'AUDIT_READ',
      outcome: 'SUCCESS',
      code: null,
      occurredAt: 0,
      actor: { id, issuer: '', authTime: null, amr: [] },
      subjectId: null,
      session: null,
      operation: null,
      request: { id: '', traceparent: null },
      count: 1,
      details: {},
    });
    const bodyOf = (id: string): string =>
      encodeBody(event(id), { chain: 'c', sequence: 0, occurredAt: 0 }, { instance: '', version: '' }, '00'.repeat(32));
    expect(readBody(bodyOf('\n'.repeat(2_000_000)))).not.toBeNull();
    expect(readBody(bodyOf('\n'.repeat(20_000_000)))).toBeNull();
  });

  it('understands nothing that parses otherwise: no edit of a body leaves one with a second reading', () => {
    fc.assert(
      fc.property(draft, fc.nat(), fc.string({ unit: 'grapheme-ascii', maxLength: 3 }), (event, at, inserted) => {
        const body = encodeBody(
          event,
          { chain: 'chain', sequence: 3, occurredAt: event.occurredAt },
          { instance: 'gateway', version: '0.1.0' },
          '00'.repeat(32),
        );
        const place = at % body.length;
        const edited = body.slice(0, place) + inserted + body.slice(place + (at % 2));
        if (readBody(edited) === null) return;
        const parsed: unknown = JSON.parse(edited);
        const members = (value: string) => value.match(/"[a-zA-Z]+":/g);
        // Numbers may be spelled in other ways than JSON.stringify's; members may not.
        expect(Object.keys(parsed as object)).toEqual(Object.keys(JSON.parse(body) as object));
        expect(members(JSON.stringify(parsed))).toEqual(members(edited));
      }),
      { seed: SEED, numRuns: 3_000 },
    );
  });
});

describe('the hashes of a verification', () => {
  it('are those of the format, whatever the text', () => {
    const ofEvent = new EventHash();
    const ofDetails = new DetailsHash();
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.oneof(text, fc.string({ unit: 'binary', minLength: 1_000, maxLength: 90_000 })),
        (bytes, body) => {
          const previous = Buffer.from(bytes);
          expect(ofEvent.ofText(previous.toString('hex'), body)).toBe(eventHash(previous, body).toString('hex'));
          const salt = previous.subarray(0, 16);
          expect(ofDetails.ofText(salt.toString('base64url'), body)).toBe(detailsHash(salt, body));
          const literal = Buffer.from(`${JSON.stringify(JSON.stringify(body))}`);
          const inside = JSON.stringify(body);
          expect(ofEvent.take(literal, 1, literal.length)).toBe(literal.length - 1);
          expect(ofEvent.text()).toBe(inside);
          expect(ofEvent.after(previous.toString('hex'))).toBe(eventHash(previous, inside).toString('hex'));
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('are none where a previous hash or a salt is none', () => {
    expect(new EventHash().ofText('00', 'body')).toBe('');
    expect(new EventHash().ofText('zz'.repeat(32), 'body')).toBe('');
    expect(new DetailsHash().ofText('AAAA', 'text')).toBe('');
  });
});

describe('the reader of times', () => {
  it('reads every time as Date does', () => {
    const read = instantReader();
    fc.assert(
      fc.property(time, (at) => {
        expect(read(new Date(at).toISOString())).toBe(at);
      }),
      { seed: SEED },
    );
  });

  it.each(['2026-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32'])(
    'knows no %s',
    (day) => {
      const read = instantReader();
      expect(read(`${day}T00:00:00.000Z`)).toBeNaN();
      expect(read('2024-02-29T23:59:59.999Z')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59, 999));
    },
  );

  it.each(['24:00:00', '23:60:00', '23:59:60'])('knows no %s', (hour) => {
    expect(instantReader()(`2026-01-01T${hour}.000Z`)).toBeNaN();
  });
});

describe('the reader of seal bodies', () => {
  const readSeal = sealBodyReader();
  const content = {
    index: 3,
    sealedAt: 1_767_225_600_000,
    previousSealHash: Buffer.alloc(32, 7),
    chains: [{ chain: 'chain', from: 0, to: 4, head: 'ab'.repeat(32), closed: false }],
  };
  const body = encodeSealBody(content);

  it('understands what the sealer writes', () => {
    expect(readSeal(body)).toEqual(content);
    expect(readSeal(encodeSealBody({ ...content, chains: [] }))?.chains).toEqual([]);
  });

  it.each([
    ['another version', body.replace('"version":1', '"version":2')],
    ['a member more', body.replace(/\}$/, ',"note":1}')],
    ['a member more in a stretch', body.replace('"closed":false', '"closed":false,"note":1')],
    ['a member twice', body.replace('"index":3', '"index":3,"index":3')],
    ['members in another order', body.replace('"version":1,"index":3', '"index":3,"version":1')],
    ['white space', body.replace('"index":3', '"index": 3')],
    ['an index that is no whole number', body.replace('"index":3', '"index":3.5')],
    ['an index below zero', body.replace('"index":3', '"index":-1')],
    ['a time that does not exist', body.replace('2026-01-01', '2026-02-30')],
    ['a time of another shape', body.replace('.000Z', 'Z')],
    ['a hash in capitals', body.replace('ab'.repeat(32), 'AB'.repeat(32))],
    ['a flag that is none', body.replace('"closed":false', '"closed":0')],
    ['chains that are none', body.replace(/\[.*\]/, '{}')],
    ['nothing', 'null'],
    ['no JSON', '{'],
  ])('does not understand one with %s', (_, other) => {
    expect(readSeal(other)).toBeNull();
  });
});

describe('the public keys of a gateway', () => {
  const { keys } = jwksOf(gatewayKey('one'));

  it('have the RFC 7638 thumbprint for a name where they have none', () => {
    // The key and thumbprint of RFC 8037, appendix A.
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    const read = readGatewayKeys({ keys: [{ kty: 'OKP', crv: 'Ed25519', x }] });
    expect([...read.keys()]).toEqual(['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k']);
  });

  const rsa = (modulusLength: number, publicExponent = 65_537) =>
    generateKeyPairSync('rsa', { modulusLength, publicExponent });
  const publicRsa = { ...rsa(2_048, 3).publicKey.export({ format: 'jwk' }), kid: 'rsa' };

  it('vouch for what was signed by exactly the key named, with exactly its algorithm', () => {
    const eddsa = gatewayKey('one');
    const { publicKey, privateKey } = rsa(2_048);
    const known = readGatewayKeys({ keys: [...keys, { ...publicKey.export({ format: 'jwk' }), kid: 'two' }] });
    const statement = Buffer.from('a statement');
    const bySha256 = sign('sha256', statement, privateKey);
    const cases: readonly [kid: string, algorithm: string, signature: Buffer, expected: boolean][] = [
      ['one', 'EdDSA', sign(null, statement, eddsa.key), true],
      ['two', 'RS256', bySha256, true],
      ['two', 'RS256', sign('sha512', statement, privateKey), false],
      ['two', 'EdDSA', bySha256, false],
      ['one', 'RS256', sign(null, statement, eddsa.key), false],
      ['two', 'RS256', sign(null, statement, eddsa.key), false],
      ['three', 'RS256', bySha256, false],
      ['two', 'RS256', Buffer.alloc(0), false],
    ];
    for (const [kid, algorithm, signature, expected] of cases) {
      expect([kid, algorithm, isSignedBy(known, { kid, algorithm, signature }, statement)]).toEqual([
        kid,
        algorithm,
        expected,
      ]);
    }
    expect(isSignedBy(known, { kid: 'two', algorithm: 'RS256', signature: bySha256 }, Buffer.from('another'))).toBe(
      false,
    );
  });

  it('may be RSA keys with the smallest exponent that is safe', () => {
    expect([...readGatewayKeys({ keys: [publicRsa] }).keys()]).toEqual(['rsa']);
  });

  it.each([
    ['no JWKS', {}],
    ['no object', 'keys'],
    ['a key whose public part is no text', { keys: [{ ...keys[0], x: 7 }] }],
    ['a key of another type', { keys: [{ ...keys[0], kty: 'EC' }] }],
    ['an RSA key for another algorithm', { keys: [{ ...publicRsa, alg: 'EdDSA' }] }],
    ['an RSA key without an exponent', { keys: [{ ...publicRsa, e: undefined }] }],
    ['an RSA key with an even exponent', { keys: [{ ...publicRsa, e: 'BA' }] }],
    ['an RSA key with the exponent 2', { keys: [{ ...publicRsa, e: 'Ag' }] }],
    ['no list', { keys: 'none' }],
    ['no keys', { keys: [] }],
    ['a key that is none', { keys: [null] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'AAAA' }] }],
    ['a key of another curve', { keys: [{ ...keys[0], crv: 'X25519' }] }],
    ['a malformed key', { keys: [{ ...keys[0], x: 'AAAA' }] }],
    ['a key without its public part', { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'a' }] }],
    ['a key for another algorithm', { keys: [{ ...keys[0], alg: 'RS256' }] }],
    ['a kid that is no text', { keys: [{ ...keys[0], kid: 7 }] }],
    ['two keys of one name', { keys: [keys[0], keys[0]] }],
    ['a weak RSA key', { keys: [{ kty: 'RSA', n: Buffer.alloc(128, 0xff).toString('base64url'), e: 'AQAB' }] }],
    [
      'an RSA key whose signatures anybody makes',
      { keys: [{ kty: 'RSA', n: Buffer.alloc(256, 0xff).toString('base64url'), e: 'AQ' }] },
    ],
  ])('are refused whole with %s', (what, jwks) => {
    const which = what.startsWith('two keys') ? 2 : 1;
    const sentence = new RegExp(`^(The public keys are not a JWKS: |Key ${which} of the JWKS cannot be used: )`);
    expect(() => readGatewayKeys(jwks)).toThrow(VerifyInputError);
    expect(() => readGatewayKeys(jwks)).toThrow(sentence);
  });
});
