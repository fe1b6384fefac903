import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, redactText } from '../../src/platform/logger.js';
import { SEED } from '../support/seeded-random.js';

const RUNS = { seed: SEED, numRuns: 1_000 };
console.log(`log secrets: TEST_SEED=${SEED}`);

/** A text with a credential in it, and the part of it that must not be seen. */
interface Secret {
  readonly text: string;
  readonly hidden: string;
}

const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const words = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789'),
  minLength: 20,
  maxLength: 60,
});

const token = fc
  .record({
    header: fc.constantFrom(
      '{"alg":"EdDSA","kid":"k"}',
      '{ "alg": "RS256" }',
      '{\n  "alg": "ES256"\n}',
      '\t{"typ":"JWT"}',
      ' {"a":1,"alg":"PS256"}',
    ),
    claims: fc.record({ sub: fc.string(), iss: fc.string() }),
    signature: bytes(32, 96),
  })
  .map(({ header, claims, signature }): Secret => {
    const hidden = base64url(signature);
    return { text: `${base64url(header)}.${base64url(JSON.stringify(claims))}.${hidden}`, hidden };
  });
const bearer = fc
  .tuple(fc.constantFrom('Bearer', 'bearer', 'BEARER', 'DPoP'), words)
  .map(([scheme, hidden]): Secret => ({ text: `${scheme} ${hidden}`, hidden }));
const basic = fc
  .tuple(words, words)
  .map(([user, password]) => Buffer.from(`${user}:${password}`).toString('base64'))
  .map((hidden): Secret => ({ text: `Basic ${hidden}`, hidden }));
const address = fc
  .record({
    scheme: fc.constantFrom('mongodb', 'mongodb+srv', 'https', 'redis', 'amqp'),
    user: fc.string({ unit: fc.constantFrom(...'abcxyz0189.%_-'), maxLength: 10 }),
    password: fc
      .string({ unit: fc.constantFrom(...'abcxyzABC0189:/@!$&*%_-+=?#"\\<>{}[],'), minLength: 1, maxLength: 20 })
      .map((text) => `pw${text}`),
    host: fc.constantFrom('host', 'db.example:27017/name', '[::1]:1/x'),
  })
  .filter(({ password }) => !password.includes('://'))
  .map(
    ({ scheme, user, password, host }): Secret => ({
      text: `${scheme}://${user}:${password}@${host}`,
      hidden: `${password}@`,
    }),
  );
const header = fc
  .tuple(
    fc.constantFrom(
      'Authorization: ',
      'authorization: ',
      'Proxy-Authorization: ',
      'DPoP: ',
      '{"dpop":"',
      'authorization=',
      "authorization: '",
      '{"authorization":"',
      '{"headers":{"cookie":"',
    ),
    words.map((text) => text.slice(0, 9)),
  )
  .map(([name, value]): Secret => ({ text: `${name}Custom ~${value}`, hidden: value }));
const secret = fc.oneof(token, bearer, basic, address, header);

/** Text around it that does not grow together with it. */
const before = fc
  .tuple(fc.string({ maxLength: 12 }), fc.constantFrom(' ', '\n', '\t', '(', '"', "'", '=', ',', '\u0001', ' \\', '→'))
  .map((parts) => parts.join(''));
const after = fc
  .tuple(fc.constantFrom(' ', '\n', '"', ')', ', ', '\\'), fc.string({ maxLength: 12 }))
  .map((parts) => parts.join(''));
const told = fc
  .tuple(before, secret, after)
  .map(([start, { text, hidden }, end]) => ({ text: `${start}${text}${end}`, hidden }));

/** Somewhere in what may be logged. */
type Place = (text: string) => { readonly fields: object; readonly message?: string };
const place = fc.constantFrom<Place>(
  (text) => ({ fields: {}, message: text }),
  (text) => ({ fields: { anything: text } }),
  (text) => ({ fields: { a: { b: { c: { d: [{ e: text }] } } } } }),
  (text) => ({ fields: { [text]: 1 } }),
  (text) => ({ fields: { err: new Error(text) }, message: 'failed' }),
  (text) => ({ fields: { err: new Error('outer', { cause: new Error('inner', { cause: new TypeError(text) }) }) } }),
  (text) => ({ fields: { err: Object.assign(new Error('x'), { config: { headers: { 'X-Forwarded': text } } }) } }),
  (text) => ({ fields: { err: new AggregateError([new Error(text)], 'many') } }),
  (text) => ({ fields: { err: new Error('x', { cause: text }) } }),
  (text) => ({ fields: { err: text } }),
  (text) => ({ fields: { json: JSON.stringify({ nested: JSON.stringify({ value: text }) }) } }),
  (text) => ({ fields: { list: ['a', text, 'b'] } }),
);

/** The lines that come of it. */
function logged(fields: object, message: string | undefined, child: boolean): string {
  const lines: string[] = [];
  const logger = createLogger({ level: 'trace', destination: { write: (line: string) => void lines.push(line) } });
  if (child) logger.child(fields).warn(message);
  else logger.error(fields, message);
  return lines.join('');
}

describe('no line of the log', () => {
  it('holds a token, a header or the password of a URL, wherever it came from; and each is still JSON', () => {
    fc.assert(
      fc.property(told, place, fc.boolean(), ({ text, hidden }, where, child) => {
        const { fields, message } = where(text);
        const line = logged(fields, message, child);
        expect(line).not.toContain(hidden);
        expect(line).not.toContain(JSON.stringify(hidden).slice(1, -1));
        expect(() => JSON.parse(line)).not.toThrow();
      }),
      RUNS,
    );
  });

  it('holds what is named as a credential, at any depth and however short', () => {
    const names = [
      'authorization',
      'Authorization',
      'proxy-authorization',
      'cookie',
      'set-cookie',
      'token',
      'actorToken',
      'access_token',
      'password',
      'client_secret',
      'd',
    ];
    const value = fc.oneof(
      words.map((text) => `s3cret${text.slice(0, 4)}`),
      fc
        .string({ unit: fc.constantFrom(...'abc"\\[]{},: \n'), minLength: 1, maxLength: 8 })
        .map((text) => `s3cret${text}s3cret`),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), value, fc.nat(4), fc.boolean(), (name, hidden, depth, listed) => {
        let fields: object = { [name]: listed ? [hidden, hidden] : hidden, other: 'kept' };
        for (let level = 0; level < depth; level++) fields = { [`level${level}`]: fields };
        const line = logged({ ...fields, last: 'kept' }, 'message', false);
        expect(line).not.toContain('s3cret');
        expect(JSON.parse(line)).toMatchObject({ last: 'kept', msg: 'message' });
      }),
      RUNS,
    );
  });

  it('holds what is so named in JSON that is text, however often it was made text', () => {
    const names = [
      ...[
        'password',
        'passwd',
        'secret',
        'client_secret',
        'clientSecret',
        'api_key',
        'apiKey',
        'token',
        'd',
        'dp',
        'dq',
        'qi',
      ],
      ...['access_token', 'refreshToken', 'id_token', 'actorToken', 'session_token'],
    ];
    const value = fc
      .string({ unit: fc.constantFrom(...'abc\\/[]{},: \n→'), maxLength: 8 })
      .map((text) => `s3cret${text}s3cret`);
    fc.assert(
      fc.property(fc.constantFrom(...names), value, fc.nat(3), fc.boolean(), (name, hidden, times, spaced) => {
        let text = JSON.stringify({ first: 'kept', [name]: hidden, last: 'kept too' }, null, spaced ? ' ' : '');
        for (let n = 0; n < times; n += 1) text = JSON.stringify({ body: text });
        const line = logged({ err: new Error(`cannot be used: ${text}`), after: 'kept' }, text, false);
        expect(line).not.toContain('s3cret');
        expect(line.match(/kept too/g)?.length).toBeGreaterThanOrEqual(2);
        expect(JSON.parse(line)).toMatchObject({ after: 'kept' });
      }),
      { ...RUNS, numRuns: 400 },
    );
  });

  it('holds any part of a private key, as JSON or as text', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' });
    const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const shared = { kty: 'oct', k: randomBytes(32).toString('base64url') };
    for (const key of [rsa, ed, shared] as readonly Readonly<Record<string, unknown>>[]) {
      const line = logged(
        { key, keys: [{ key }], text: JSON.stringify({ key }) },
        JSON.stringify(JSON.stringify(key)),
        false,
      );
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) {
        if (key[part] !== undefined) expect(line).not.toContain(key[part]);
      }
      if (typeof key.n === 'string') expect(line).toContain(key.n);
      expect(JSON.parse(line)).toMatchObject({ key: { kty: key.kty } });
    }
  });

  it('loses anything where there is no credential', () => {
    const harmless = fc.string({ unit: fc.constantFrom(...'abcdefgh XYZ012\n"\\{}[],.;()'), maxLength: 80 });
    fc.assert(
      fc.property(harmless, fc.dictionary(fc.constantFrom('a', 'b', 'c'), harmless), (message, fields) => {
        const line = JSON.parse(logged(fields, message, false));
        expect(line.msg).toBe(message);
        expect(line).toMatchObject(fields);
      }),
      RUNS,
    );
  });
});

describe('what is redacted in a text', () => {
  it.each([
    ['mongodb://user:p@ss/w@host:1/db', 'mongodb://[REDACTED]@host:1/db'],
    ['https://token@host/x', 'https://[REDACTED]@host/x'],
    ['{"a":{"u":"http://x"},"b":"me@e"}', '{"a":{"u":"http://x"},"b":"me@e"}'],
    ['file:///srv/node_modules/@scope/x.js:1:2', 'file:///srv/node_modules/@scope/x.js:1:2'],
    ['https://host/path/@scope', 'https://host/path/@scope'],
    ['http://a/?next=https://u:p@b/', 'http://a/?next=https://[REDACTED]@b/'],
    ['listening on http://127.0.0.1:4000', 'listening on http://127.0.0.1:4000'],
    ['not a bearer credential', 'not a bearer credential'],
    ['a basic misunderstanding of things', 'a basic misunderstanding of things'],
    ['GET /x?access_token=abc&y=1', 'GET /x?access_token=[REDACTED]&y=1'],
    ['version 1.2.3 of gateway.internal.example', 'version 1.2.3 of gateway.internal.example'],
    ['3b241101-e2bb-4255-8caf-4136c566a962', '3b241101-e2bb-4255-8caf-4136c566a962'],
    ['{"k":"v","p":1,"q":"SELECT"}', '{"k":"v","p":1,"q":"SELECT"}'],
    ['cannot read {"d":"x","e":"y"}', 'cannot read {"d":"[REDACTED]","e":"y"}'],
    [String.raw`"cannot read {\"d\":\"x\",\"e\":\"y\"}"`, String.raw`"cannot read {\"d\":\"[REDACTED]\",\"e\":\"y\"}"`],
    ['{"rawHeaders":["Host","a","Authorization","x y"]}', '{"rawHeaders":["Host","a","Authorization","[REDACTED]"]}'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('is found in time that does not grow with the square of the length', () => {
    const n = 300_000;
    const worst = [
      'eyJ',
      'a.',
      'a',
      'a://b:',
      '://',
      '"token":"',
      '\\n',
      'authorization:',
      'authorization: "',
      'bearer ',
      '://a:@',
      'aaaaaaaaaa.',
      '"d":[',
      '\\u0041',
      '\\\\',
      '\\"d\\":\\"',
      '\\"d\\":\\"\\\\',
      '"k":"',
      'aaaa-aaaa',
      'token=',
    ].map((unit) => unit.repeat(n / unit.length));
    const started = performance.now();
    for (const text of worst) redactText(text);
    // By the square, a single one of them would take minutes.
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
