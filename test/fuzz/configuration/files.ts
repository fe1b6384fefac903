import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parse } from 'yaml';
import { gatewayYaml } from '../../../examples/federation/addresses.js';
import { readDirectives, readTypeDefs } from '../../../examples/federation/subgraph.js';
import { SECRET } from '../../support/refused-start.js';
import { nearlyJson } from '../texts/json-text.js';
import { oddText } from '../texts/odd-text.js';
import { replacedIn } from '../texts/replaced-in.js';
import { spoiled, spoilings } from '../texts/spoiled-text.js';

const NOWHERE = 'http://127.0.0.1:1/graphql';
const EXAMPLE = gatewayYaml({ orders: NOWHERE, products: NOWHERE, reviews: NOWHERE, help: NOWHERE });
const FULL: Readonly<Record<string, unknown>> = {
  ...(parse(EXAMPLE) as object),
  costs: [{ coordinate: 'Query.order', weight: 2.5, listSize: { assumedSize: 3, slicingArguments: ['first'] } }],
  pollSeconds: 30,
  startWaitSeconds: 0,
};

/** What YAML has and JSON has not, most of it where a reader could go astray. */
const YAML = [
  '&a [*a]',
  'a: &a {b: *a}\nupstreams: [*a]',
  '<<: &x {upstreams: []}\n<<: *x',
  'upstreams: !!set {a, b}',
  'upstreams: !!binary aGVsbG8=',
  'upstreams: !!js/function "() => 1"',
  'upstreams: !!omap [a: 1, a: 2]',
  'upstreams: !!timestamp 2026-01-31',
  '%YAML 9.9\n---\nupstreams: []',
  '---\n---\n---',
  'upstreams:\n\t- name: x',
  '\ufeffupstreams: []',
  'upstreams: 0x7fffffffffffffffffff',
  'upstreams: .nan',
  '? {complex: key}\n: value\nupstreams: []',
  '__proto__: {upstreams: []}\nconstructor: {prototype: {}}',
  'upstreams: []\nupstreams: []',
  `upstreams: |\n  ${SECRET}`,
  `upstreams: [{name: ${SECRET}, url: "https://u:${SECRET}@x", headers: ["${SECRET}:"]}]`,
  `a: "${SECRET}`,
  `*${SECRET}`,
  `upstreams: *${SECRET.replaceAll('-', '_')}`,
  `!${SECRET} x`,
];

/** Aliases of aliases: a few lines that are thousands of millions of entries. */
const bomb: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 }), fc.constantFrom('upstreams', 'z'))
  .map(([levels, width, at]) => {
    const lines = Array.from(
      { length: levels },
      (_, level) =>
        `l${level}: &l${level} [${Array(width)
          .fill(level === 0 ? 'x' : `*l${level - 1}`)
          .join(', ')}]`,
    );
    return [...lines, `${at}: *l${levels - 1}`].join('\n');
  });

const changed = (text: string) => spoilings.map((changes) => spoiled(text, changes));

/** The text of a file that GATEWAY_CONFIG could name. */
export const gatewayConfigTexts: fc.Arbitrary<string> = fc.oneof(
  // Within the comments and names there are many places that change nothing.
  { arbitrary: changed(`${EXAMPLE}\n# ${'end '.repeat(200)}`), weight: 4 },
  { arbitrary: replacedIn(FULL), weight: 5 },
  { arbitrary: fc.constantFrom(...YAML), weight: 1 },
  {
    arbitrary: fc.tuple(fc.constantFrom(...YAML), spoilings).map(([text, changes]) => spoiled(text, changes)),
    weight: 2,
  },
  { arbitrary: bomb, weight: 1 },
  { arbitrary: nearlyJson, weight: 1 },
  { arbitrary: fc.tuple(oddText, oddText, oddText).map((parts) => parts.join('\n')), weight: 1 },
);

const DOCUMENTS = [
  '{ viewer { id } }',
  'query Orders { orders { id } }',
  'mutation { stopImpersonation { viewer { id } } }',
  '{',
];
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const RELAY = Object.fromEntries(DOCUMENTS.map((text) => [hashOf(text), text]));
const APOLLO = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: DOCUMENTS.map((body) => ({ id: hashOf(body), name: 'Any', type: 'query', body })),
};

/** The text of a file that TRUSTED_DOCUMENTS could name. */
export const manifestTexts: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: replacedIn(RELAY), weight: 3 },
  { arbitrary: replacedIn(APOLLO), weight: 3 },
  { arbitrary: changed(JSON.stringify(APOLLO)), weight: 2 },
  { arbitrary: nearlyJson, weight: 2 },
);

/** The text of a file with keys, private ones among them, with what is wrong with it. @param jwks what is right */
export function keyFileTexts(jwks: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(jwks);
  return fc.oneof(
    { arbitrary: replacedIn(jwks), weight: 6 },
    { arbitrary: changed(text), weight: 3 },
    { arbitrary: nearlyJson, weight: 1 },
  );
}

const SERVICES = ['orders', 'products', 'reviews', 'help'] as const;

/** The schemas of the services, one of them changed. */
export const serviceSdls: fc.Arbitrary<readonly { readonly name: string; readonly sdl: string }[]> = fc
  .tuple(
    fc.constantFrom(...SERVICES),
    fc.oneof({ arbitrary: spoilings, weight: 4 }, { arbitrary: fc.constantFrom(null, []), weight: 1 }),
    oddText,
  )
  .map(([which, changes, odd]) =>
    SERVICES.map((name) => {
      const sdl = name === 'help' ? readTypeDefs(name) : `${readTypeDefs(name)}\n${readDirectives()}`;
      if (name !== which) return { name, sdl };
      return { name, sdl: changes === null ? odd : spoiled(sdl, changes) };
    }),
  );

/** Files with nothing wrong about them. */
export const RIGHT = { services: EXAMPLE, manifest: JSON.stringify(RELAY) } as const;
