import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { base64url, type Signer, signatureOf } from '../../unit/tokens/forge.js';
import { deepJsonText, jsonText } from '../texts/json-text.js';
import { oddText } from '../texts/odd-text.js';
import { type Spoiling, spoiled, spoilings } from '../texts/spoiled-text.js';
import { ACTOR_AUDIENCE, AUDIENCE, COMPANY, DELEGATE, GATEWAY, KEYS, type KeyName, OLD_AUDIENCE } from './parties.js';

/** A member of a JSON object as text, so that one may be there twice. `@+5@` in the value is five seconds from now. */
type Member = readonly [name: string, value: string];
type Members = readonly Member[];

/** How a token is made. It holds no key and no signature, so that it can be shown. */
export interface TokenRecipe {
  readonly kind: 'session' | 'delegated' | 'actor';
  readonly header: Members;
  readonly claims: Members;
  readonly key: KeyName;
  /** How it is really signed, whatever the header says. */
  readonly signed: 'as the key does' | 'not' | 'with the public key as a secret' | 'with an empty secret' | 'PS256';
  readonly form: Form;
  readonly changes: readonly Spoiling[] | null;
}

type Form =
  | 'compact'
  | 'flattened JSON'
  | 'general JSON'
  | 'JWE'
  | 'padded'
  | 'standard alphabet'
  | 'trailing bits'
  | 'white space'
  | 'detached'
  | 'cut signature'
  | 'signature in DER';

const quoted = (text: string) => JSON.stringify(text);

const BASE = {
  session: {
    key: 'companyEs',
    header: [
      ['alg', '"ES256"'],
      ['kid', '"es"'],
      ['typ', '"at+jwt"'],
    ],
    claims: [
      ['iss', quoted(COMPANY)],
      ['aud', quoted(AUDIENCE)],
      ['sub', '"user_ada"'],
      ['iat', '@-1@'],
      ['exp', '@+600@'],
    ],
  },
  delegated: {
    key: 'delegateEs',
    header: [
      ['alg', '"ES256"'],
      ['kid', '"delegate"'],
    ],
    claims: [
      ['iss', quoted(DELEGATE)],
      ['aud', quoted(AUDIENCE)],
      ['sub', '"user_cleo"'],
      ['act', '{"sub":"user_ada"}'],
      ['exp', '@+600@'],
    ],
  },
  actor: {
    key: 'gatewayEd',
    header: [
      ['alg', '"EdDSA"'],
      ['kid', '"gateway-ed"'],
      ['typ', '"JWT"'],
    ],
    claims: [
      ['iss', quoted(GATEWAY)],
      ['aud', quoted(ACTOR_AUDIENCE)],
      ['sub', '"user_cleo"'],
      ['act', `{"sub":"user_ada","iss":${quoted(COMPANY)}}`],
      ['sid', '"@session@"'],
      ['jti', '"token-1"'],
      ['iat', '@-1@'],
      ['nbf', '@-1@'],
      ['exp', '@+500@'],
      ['roles', '["USER"]'],
      ['access', '"read_only"'],
    ],
  },
} as const satisfies Readonly<Record<string, { key: KeyName; header: Members; claims: Members }>>;

/** Values that claims and header members are given, beside any at all. */
const PEOPLE = [
  'user_ada',
  'user_grace',
  'user_sam',
  'user_cleo',
  'user_dora',
  'user_nobody',
  'USER_ADA',
  'user_аda',
  'user_ada ',
];
const TIMES = [
  '@+6@',
  '@+5@',
  '@+4@',
  '@+0@',
  '@-4@',
  '@-5@',
  '@-6@',
  '@-600@',
  '@+0.5@',
  '-1',
  '0',
  '1e300',
  '8640000000000',
  '8640000000001',
  '1e400',
  '"@+600@"',
  '[@+600@]',
  'null',
  '-0',
];
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  iss: [COMPANY, DELEGATE, GATEWAY, `${COMPANY}/`, 'HTTPS://id.example', 'https://evil.example'].map(quoted),
  aud: [
    ...[AUDIENCE, OLD_AUDIENCE, ACTOR_AUDIENCE, `${AUDIENCE}/`, GATEWAY].map(quoted),
    `[${quoted(AUDIENCE)}]`,
    `["x",${quoted(AUDIENCE)}]`,
    `[${quoted(AUDIENCE)},1]`,
    `[[${quoted(AUDIENCE)}]]`,
    `[${quoted(ACTOR_AUDIENCE)}]`,
    '[]',
  ],
  sub: [
    ...PEOPLE.map(quoted),
    quoted('x'.repeat(255)),
    quoted('x'.repeat(256)),
    '"\\ud800"',
    '"user_ada\\u0000"',
    '[]',
    '1',
  ],
  act: [
    ...PEOPLE.map((person) => `{"sub":${quoted(person)}}`),
    ...PEOPLE.map((person) => `{"sub":${quoted(person)},"iss":${quoted(COMPANY)}}`),
    ...['{"sub":"user_grace"}', '{}', 'null', '"user_grace"', `{"sub":"user_grace","iss":${quoted(COMPANY)}}`].flatMap(
      (nested) => [`{"sub":"user_ada","act":${nested}}`, `{"sub":"user_ada","iss":${quoted(COMPANY)},"act":${nested}}`],
    ),
    `{"sub":"user_ada","iss":${quoted(COMPANY)},"act":${'{"act":'.repeat(40)}1${'}'.repeat(40)}}`,
    ...TIMES.map((time) => `{"sub":"user_ada","auth_time":${time}}`),
    '{"sub":"user_ada","auth_time":@-60@,"amr":["pwd","otp"]}',
    ...['"mfa"', '[""]', '[1]', '[]', 'null'].map((amr) => `{"sub":"user_ada","amr":${amr}}`),
    '{"__proto__":{"sub":"user_ada"}}',
    `{"sub":"user_grace","sub":"user_ada","iss":${quoted(COMPANY)}}`,
    '{"sub":"user_ada","iss":""}',
    '{"sub":"user_ada","iss":null}',
    '"user_ada"',
    '["user_ada"]',
    'null',
    '{}',
  ],
  sid: ['"@session@"', '"no-such-session"', '""', '"@session@ "', '["@session@"]', 'null'],
  jti: ['"token-2"', '""', 'null', '7'],
  iat: TIMES,
  nbf: TIMES,
  // At its edges most of all: an actor token has no tolerance there, a session token five seconds.
  exp: [...TIMES, ...['@+0@', '@-4@', '@-5@', '@-6@'].flatMap((edge) => [edge, edge, edge])],
  auth_time: TIMES,
  amr: ['["pwd","mfa"]', '"mfa"', '[""]', '[1]', '[]', 'null'],
  roles: ['["ADMIN"]', '[]', '"ADMIN"', '[1]', '[["ADMIN"]]', 'null'],
  access: ['"full"', '"read_only"', '"FULL"', '"READ_ONLY"', 'true', 'null', '["full"]'],
  cnf: [
    ...Array.from({ length: 4 }, () => '{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}'),
    '{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4J"}',
    '{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I","kid":"x"}',
    '{"x5t#S256":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}',
    '{"jkt":""}',
    '{}',
    'null',
  ],
  __proto__: ['{"sub":"user_ada"}', 'null'],
  viewer: ['"user_ada"'],
  may_act: ['{"sub":"user_ada"}'],
};
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  alg: ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256', 'none', 'None', 'NONE', 'Ed25519', 'ES384', 'eddsa', ''].map(
    quoted,
  ),
  typ: ['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/jwt', 'dpop+jwt', 'logout+jwt', ''].map(
    quoted,
  ),
  kid: [
    ...Object.values(KEYS).map(({ kid }) => quoted(kid)),
    '""',
    'null',
    '["es"]',
    '"../../etc/passwd"',
    '"es\\u0000"',
    '"__proto__"',
  ],
  jku: ['"https://evil.example/jwks"'],
  x5u: ['"https://evil.example/cert"'],
  x5c: ['["MIIB"]'],
  jwk: [JSON.stringify(KEYS.stranger.jwk)],
  crit: ['["exp"]', '[]', '["b64"]', 'null'],
  b64: ['false', 'true'],
  cty: ['"JWT"'],
  enc: ['"A128GCM"'],
  zip: ['"DEF"'],
  __proto__: ['{"alg":"none"}'],
};

const anyValue = fc.oneof(
  { arbitrary: jsonText, weight: 8 },
  { arbitrary: deepJsonText.filter((text) => text.length < 9_000), weight: 1 },
);

/** What is done to the members: one is given another value, is there once more, is left out, or is a new one. */
function membersLike(
  base: Members,
  values: Readonly<Record<string, readonly string[]>>,
  most: number,
): fc.Arbitrary<Members> {
  // Who is acting, and until when, is what matters most.
  const often = ['act', 'act', 'act', 'exp', 'exp', 'exp', 'sub'].filter((each) => Object.hasOwn(values, each));
  const name = fc.oneof(
    { arbitrary: fc.constantFrom(...Object.keys(values), ...often, '__proto__'), weight: 9 },
    { arbitrary: oddText, weight: 1 },
  );
  const change = name.chain((chosen) => {
    const fit = Object.hasOwn(values, chosen) ? (values[chosen] ?? []) : [];
    const value =
      fit.length === 0
        ? anyValue
        : fc.oneof({ arbitrary: fc.constantFrom(...fit), weight: 6 }, { arbitrary: anyValue, weight: 1 });
    const how = fc.oneof(
      { arbitrary: fc.constant('set'), weight: 7 },
      { arbitrary: fc.constant('again'), weight: 1 },
      { arbitrary: fc.constant('drop'), weight: 1 },
    );
    return fc.tuple(fc.constant(chosen), value, how);
  });
  return fc.array(change, { maxLength: most }).map((changes) =>
    changes.reduce<Members>((members, [name, value, how]) => {
      const others = members.filter(([each]) => each !== name);
      if (how === 'drop') return others;
      if (how === 'again') return members.concat([[name, value]]);
      return members.some(([each]) => each === name)
        ? members.map((member) => (member[0] === name ? ([name, value] as const) : member))
        : members.concat([[name, value]]);
    }, base),
  );
}

const mostly = <T>(usual: T, others: fc.Arbitrary<T>, weight = 6): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: others, weight: 1 });

/** Tokens of any kind, most of them signed by the right key, so that it is their claims that are judged. */
export const tokenRecipes: fc.Arbitrary<TokenRecipe> = fc
  .constantFrom('session', 'delegated', 'actor')
  .chain((kind) => {
    const { header, claims, key } = BASE[kind];
    return fc.record({
      kind: fc.constant(kind),
      header: mostly<Members>(header, membersLike(header, HEADERS, 2), 3),
      claims: membersLike(claims, SHAPES, 3),
      key: mostly<KeyName>(key, fc.constantFrom(...(Object.keys(KEYS) as KeyName[])), 9),
      signed: mostly<TokenRecipe['signed']>(
        'as the key does',
        fc.constantFrom('not', 'with the public key as a secret', 'with an empty secret', 'PS256'),
        12,
      ),
      form: mostly<Form>(
        'compact',
        fc.constantFrom<Form>(
          'flattened JSON',
          'general JSON',
          'JWE',
          'padded',
          'standard alphabet',
          'trailing bits',
          'white space',
          'detached',
          'cut signature',
          'signature in DER',
        ),
        9,
      ),
      changes: mostly<TokenRecipe['changes']>(null, spoilings, 9),
    });
  });

/** A token of this kind with nothing wrong about it. */
export function rightRecipe(kind: TokenRecipe['kind']): TokenRecipe {
  return { kind, ...BASE[kind], signed: 'as the key does', form: 'compact', changes: null };
}

/** Makes the token. @param now milliseconds since the epoch; @param session the id of a session that is active */
export function tokenBy(recipe: TokenRecipe, now: number, session: string): string {
  const text = (members: Members) => {
    const filled = `{${members.map(([name, value]) => `${quoted(name)}:${value}`).join(',')}}`;
    return filled
      .replace(/@([+-][\d.]+)@/g, (_, offset: string) => String(Math.floor(now / 1_000) + Number(offset)))
      .replaceAll('@session@', session);
  };
  const header = base64url(text(recipe.header));
  const claims = base64url(text(recipe.claims));
  const input = `${header}.${claims}`;
  const signature = signatureOf(Buffer.from(input), signerOf(recipe));
  const made = formed(recipe.form, header, claims, signature);
  return recipe.changes === null ? made : spoiled(made, recipe.changes);
}

function signerOf({ key, signed }: TokenRecipe): Signer {
  const { signer, publicKey, alg, privateKey } = KEYS[key];
  switch (signed) {
    case 'not':
      return { with: 'nothing' };
    case 'with the public key as a secret':
      return {
        with: 'HS256',
        secret: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
          type: 'spki',
          format: 'pem',
        }) as string,
      };
    case 'with an empty secret':
      return { with: 'HS256', secret: '' };
    case 'PS256':
      return alg === 'RS256' ? { with: 'PS256', key: privateKey } : signer;
    default:
      return signer;
  }
}

function formed(form: Form, header: string, claims: string, made: Buffer): string {
  const signature = base64url(made);
  const compact = `${header}.${claims}.${signature}`;
  switch (form) {
    case 'flattened JSON':
      return JSON.stringify({ protected: header, payload: claims, signature });
    case 'general JSON':
      return JSON.stringify({ payload: claims, signatures: [{ protected: header, signature }] });
    case 'JWE':
      return `${header}.${signature}.AAAA.${claims}.AAAA`;
    case 'padded':
      return `${header}==.${claims}=.${signature}=`;
    case 'standard alphabet':
      return compact.replaceAll('-', '+').replaceAll('_', '/');
    case 'trailing bits':
      return `${compact.slice(0, -1)}${String.fromCharCode(compact.charCodeAt(compact.length - 1) + 1)}`;
    case 'white space':
      return ` ${header} .\n${claims}.${signature}\t`;
    case 'detached':
      return `${header}..${signature}`;
    case 'cut signature':
      return compact.slice(0, -8);
    case 'signature in DER':
      return `${header}.${claims}.${base64url(Buffer.concat([Buffer.from([0x30, made.length]), made]))}`;
    default:
      return compact;
  }
}
