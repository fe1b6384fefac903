import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH, parseCompactToken, peekIssuer } from '../../../src/tokens/compact-token.js';
import { DuplicateMemberError, parseUniqueJson } from '../../../src/tokens/unique-json.js';
import { expectRefused } from './expectations.js';
import { base64url, forge, pair } from './forge.js';

const { signer } = pair('EdDSA', 'k');
const HEADER = { alg: 'EdDSA', kid: 'k' };
const token = forge(HEADER, { iss: 'https://id.example', sub: 'user_ada' }, signer);
const parse = async (text: unknown) => parseCompactToken(text);
const withClaims = (text: string | Buffer) =>
  [base64url(JSON.stringify(HEADER)), base64url(text), base64url(Buffer.alloc(64, 1))].join('.');
const withHeader = (text: string | Buffer) => [base64url(text), base64url('{}'), base64url('signature')].join('.');

describe('a token has one spelling:', () => {
  it('it is read as it was written', () => {
    expect(parseCompactToken(token)).toEqual({
      text: token,
      header: { alg: 'EdDSA', kid: 'k', typ: null },
      claims: { iss: 'https://id.example', sub: 'user_ada' },
    });
  });

  it('none with white space, padding, the other base64 alphabet or anything around it is read', async () => {
    const [header = '', claims = '', signature = ''] = token.split('.');
    const spellings = [
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `\ufeff${token}`,
      `${token}=`,
      `${header}=.${claims}.${signature}`,
      `${header}.${claims}==.${signature}`,
      `${header}. ${claims}.${signature}`,
      `${header}.${claims.slice(0, 4)}\n${claims.slice(4)}.${signature}`,
      `${header}.${claims.slice(0, 4)}+${claims.slice(5)}.${signature}`,
      `${header}.${claims.slice(0, 4)}/${claims.slice(5)}.${signature}`,
      `${header}.${claims}.${signature}é`,
      `${header}.${claims}.${signature}\u0000`,
      `Bearer ${token}`,
      `"${token}"`,
    ];
    for (const spelling of spellings) await expectRefused(parse(spelling), 'malformed', spelling);
  });

  it('none with more or fewer than three segments, or an empty one, is read', async () => {
    const [header = '', claims = '', signature = ''] = token.split('.');
    const shapes = [
      '',
      '.',
      '..',
      '...',
      header,
      `${header}.${claims}`,
      `${header}.${claims}.`,
      `${header}..${signature}`,
      `.${claims}.${signature}`,
      `${token}.`,
      `.${token}`,
      `${token}.${signature}`,
      `${header}.${claims}.${signature}.${signature}.${signature}`,
    ];
    for (const shape of shapes) await expectRefused(parse(shape), 'malformed', shape);
  });

  it('none with unused trailing bits set, or with a length base64url never has, is read', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 64 bytes leave four unused bits in the last character, so fifteen other characters decode to the same bytes.
    const last = alphabet.indexOf(token.slice(-1));
    expect(last % 16).toBe(0);
    for (let bits = 1; bits < 16; bits += 1) {
      const twin = token.slice(0, -1) + alphabet.charAt(last + bits);
      expect(Buffer.from(twin.split('.')[2] ?? '', 'base64url')).toEqual(
        Buffer.from(token.split('.')[2] ?? '', 'base64url'),
      );
      await expectRefused(parse(twin), 'malformed', twin);
    }
    await expectRefused(parse(`${token}AAA`), 'malformed');
  });

  it.each([
    ['no JSON', 'x'],
    ['nothing', ' '],
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"{}"'],
    ['a number', '7'],
    ['two objects', '{}{}'],
    ['a trailing comma', '{"a":1,}'],
    ['a byte order mark', '\ufeff{}'],
    ['a comment', '{}//'],
  ])('none whose header or claims are %s is read', async (_, text) => {
    await expectRefused(parse(withClaims(text)), 'malformed', withClaims(text));
    await expectRefused(parse(withHeader(text)), 'malformed', withHeader(text));
  });

  it('exactly the segments that Node writes back as they were are read', () => {
    const header = base64url(JSON.stringify(HEADER));
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    for (const before of ['', 'Q', 'Qx', 'Qx-', 'Qx-_', 'Qx-_A']) {
      for (const last of alphabet) {
        const segment = before + last;
        const isCanonical = Buffer.from(segment, 'base64url').toString('base64url') === segment;
        const read = () => parseCompactToken(`${header}.${base64url('{}')}.${segment}`);
        if (isCanonical) expect(read, segment).not.toThrow();
        else expect(read, segment).toThrow();
      }
    }
  });

  it('a header that came before is judged the same, and one that was refused is refused again', async () => {
    const refused = withHeader('{"alg":"EdDSA","crit":["x"]}');
    for (let time = 0; time < 3; time += 1) {
      await expectRefused(parse(refused), 'crit');
      expect(parseCompactToken(token).header).toEqual({ alg: 'EdDSA', kid: 'k', typ: null });
      const other = withHeader(JSON.stringify({ ...HEADER, kid: `k${time}`, typ: 'JWT' }));
      expect(parseCompactToken(other).header).toEqual({ alg: 'EdDSA', kid: `k${time}`, typ: 'JWT' });
    }
    // Shared between tokens, so nobody may change it.
    expect(Object.isFrozen(parseCompactToken(token).header)).toBe(true);
  });

  it('none that is not UTF-8 is read', async () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
      const text = Buffer.concat([Buffer.from('{"sub":"'), Buffer.from(bytes), Buffer.from('"}')]);
      await expectRefused(parse(withClaims(text)), 'malformed');
    }
  });

  it('none that names a member twice is read, at any depth and however the name is spelled', async () => {
    const texts = [
      '{"sub":"user_ada","sub":"user_grace"}',
      '{"sub":"user_ada","\\u0073ub":"user_grace"}',
      '{"act":{"sub":"user_ada","sub":"user_grace"}}',
      '{"x":[{"a":1},{"b":[{"c":1,"c":1}]}]}',
      '{"a":{},"b":1,"a":{}}',
      '{"":1,"":2}',
      '{"__proto__":1,"__proto__":2}',
    ];
    for (const text of texts) await expectRefused(parse(withClaims(text)), 'duplicate-member', withClaims(text));
    await expectRefused(parse(withHeader('{"alg":"EdDSA","alg":"none"}')), 'duplicate-member');
  });

  it('the same name in different objects, or as a value, is no duplicate', () => {
    const text = '{"a":{"a":[{"a":"a"},{"a":"a"},"a","a"]},"b":"a\\":\\"","c":{"b":"{\\"a\\":1,\\"a\\":2}"}}';
    expect(parseCompactToken(withClaims(text)).claims).toEqual(JSON.parse(text));
  });
});

describe('a token that is too long', () => {
  it('is refused before it is looked at, however long it is', async () => {
    const megabyte = forge(HEADER, { pad: 'x'.repeat(1_000_000) }, signer);
    await expectRefused(parse(megabyte), 'too-long', megabyte);
    await expectRefused(parse('.'.repeat(10_000_000)), 'too-long');
    await expectRefused(parse('\u0000'.repeat(MAX_TOKEN_LENGTH + 1)), 'too-long');
  });

  it('is one longer than 16 KiB; one of exactly that length is read', async () => {
    const exact = (length: number) => {
      const rest = `${base64url(JSON.stringify(HEADER))}..${base64url('signature')}`.length;
      const claims = (characters: number) => {
        const bytes = Math.floor((characters * 3) / 4);
        return base64url(`{"p":"${'x'.repeat(bytes - 8)}"}`);
      };
      return `${base64url(JSON.stringify(HEADER))}.${claims(length - rest)}.${base64url('signature')}`;
    };
    const lengths = [0, 1, 2, 3].map((more) => exact(MAX_TOKEN_LENGTH - more)).map((text) => text.length);
    expect(Math.max(...lengths)).toBe(MAX_TOKEN_LENGTH);
    for (const more of [0, 1, 2, 3]) expect(() => parseCompactToken(exact(MAX_TOKEN_LENGTH - more))).not.toThrow();
    await expectRefused(parse(exact(MAX_TOKEN_LENGTH + 4)), 'too-long');
  });

  it('deep nesting within the limit is answered, not crashed on', async () => {
    const deep = withClaims(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`);
    expect(parseCompactToken(deep).claims).toHaveProperty('a');
    await expectRefused(parse(withClaims('['.repeat(10_000))), 'malformed');
  });
});

describe('what is no string', () => {
  it.each([undefined, null, 7, {}, [], [token], new String(token), Buffer.from(token)])(
    'is refused: %o',
    async (value) => {
      await expectRefused(parse(value), 'malformed');
      expect(peekIssuer(value)).toBeNull();
    },
  );
});

describe('peeking at the issuer', () => {
  it('finds the iss of a well-formed token, verified or not', () => {
    expect(peekIssuer(token)).toBe('https://id.example');
    expect(peekIssuer(withClaims('{"iss":"x"}'))).toBe('x');
  });

  it.each([
    ['is missing', '{}'],
    ['is no string', '{"iss":["x"]}'],
    ['is null', '{"iss":null}'],
    ['is inherited', '{"__proto__":{"iss":"x"}}'],
    ['occurs twice', '{"iss":"x","iss":"y"}'],
  ])('answers null where it %s', (_, claims) => {
    expect(peekIssuer(withClaims(claims))).toBeNull();
  });

  it('answers null for a token of 1 MB', () => {
    expect(peekIssuer(forge(HEADER, { iss: 'x', pad: 'x'.repeat(1_000_000) }, signer))).toBeNull();
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary' }), fc.json(), (value, text, json) => {
        for (const input of [value, text, `${text}.${text}.${text}`, withClaims(json), withHeader(json)]) {
          const issuer = peekIssuer(input);
          expect(issuer === null || typeof issuer === 'string').toBe(true);
        }
      }),
      { verbose: 1 },
    );
  });
});

describe('JSON without duplicate members', () => {
  it('is told from other JSON at any depth, also where it is too deep to be written back', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(parseUniqueJson(`{"a":${deep},"b":1}`)).toHaveProperty('b', 1);
    expect(() => parseUniqueJson(`{"a":${deep},"a":1}`)).toThrow(DuplicateMemberError);
  });

  it('is read as JSON.parse reads it, and refused as soon as any member is repeated', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value, record) => {
        expect(parseUniqueJson(JSON.stringify(value, null, 1))).toEqual(JSON.parse(JSON.stringify(value)));
        const text = JSON.stringify(record);
        const name = Object.keys(record)[0] ?? '';
        const doubled = `[${JSON.stringify(value)},${text.slice(0, -1)},${JSON.stringify(name)}:null}]`;
        expect(() => parseUniqueJson(doubled)).toThrow(DuplicateMemberError);
      }),
      { verbose: 1 },
    );
  });
});
