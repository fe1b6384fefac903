import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { oddText } from '../texts/odd-text.js';
import { type Spoiling, spoiled, spoilings } from '../texts/spoiled-text.js';

export type ListKind = 'event' | 'session' | 'user' | 'stream';

/** `own`: of the list that is asked. */
type MeantKind = ListKind | 'own';

/** How a cursor comes about. It names real ones by their place, so that it can be shown and repeated. */
export type CursorRecipe =
  | {
      readonly how: 'real';
      readonly kind: MeantKind;
      readonly index: number;
      readonly changes: readonly Spoiling[] | null;
    }
  /** What a real one stands for, changed and encoded again. */
  | { readonly how: 'inside'; readonly kind: MeantKind; readonly index: number; readonly changes: readonly Spoiling[] }
  | { readonly how: 'place'; readonly kind: MeantKind; readonly at: string; readonly id: string; readonly form: Form }
  | { readonly how: 'position'; readonly text: string }
  | { readonly how: 'text'; readonly text: string };

type Form = 'base64url' | 'base64' | 'padded' | 'hex' | 'plain';

const kind = fc.constantFrom<MeantKind>('own', 'own', 'own', 'own', 'event', 'session', 'user', 'stream');
const index = fc.nat({ max: 1_000 });

const place = fc.record({
  how: fc.constant('place' as const),
  kind,
  at: fc.oneof(
    fc.constantFrom(
      '0',
      '-1',
      '1.5',
      '1e3',
      '00',
      '',
      'NaN',
      '9007199254740991',
      '9007199254740992',
      '8640000000000001',
    ),
    fc.constantFrom('253402300799999', '253402300800000', '1700000000000', ' 1', '0x10', '１'),
    fc.maxSafeNat().map(String),
  ),
  id: fc.oneof(fc.constantFrom('user_cleo', '\u{10ffff}', '\u0000', '{"$gt":""}', "' OR 1=1 --", '%', '~'), oddText),
  form: fc.constantFrom<Form>('base64url', 'base64url', 'base64url', 'base64', 'padded', 'hex', 'plain'),
});

/** Places that nobody was given; the first of them look right. */
const position = fc
  .tuple(
    fc.constantFrom('null', '0', '1', '9007199254740991', '-1', '1.5', '"0"', '1e3'),
    fc.array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom('"@chain@"', '"no-such-chain"', '""', 'null', '7'),
          oddText.map((text) => JSON.stringify(text)),
        ),
        fc.constantFrom('0', '1', '5', '999999999999', '1000000000000', '9007199254740991', '-1', '0.5', 'null', '"1"'),
      ),
      { maxLength: 4 },
    ),
    fc.constantFrom('1', '1', '1', '1', '2', '"1"', 'null'),
  )
  .map(
    ([horizon, places, version]) =>
      `[${version},${horizon},[${places.map((pair) => `[${pair.join(',')}]`).join(',')}]]`,
  );

export const cursorRecipes: fc.Arbitrary<CursorRecipe> = fc.oneof(
  { arbitrary: fc.record({ how: fc.constant('real' as const), kind, index, changes: fc.constant(null) }), weight: 3 },
  { arbitrary: fc.record({ how: fc.constant('real' as const), kind, index, changes: spoilings }), weight: 3 },
  { arbitrary: fc.record({ how: fc.constant('inside' as const), kind, index, changes: spoilings }), weight: 4 },
  { arbitrary: place, weight: 4 },
  { arbitrary: position.map((text) => ({ how: 'position' as const, text })), weight: 2 },
  {
    arbitrary: fc
      .oneof(oddText, fc.base64String({ maxLength: 60 }), fc.constantFrom('A'.repeat(5_000), 'A'.repeat(40_000)))
      .map((text) => ({ how: 'text' as const, text })),
    weight: 2,
  },
);

/** Makes the cursor. @param own the list that is asked; @param real real ones of each list; @param chain a chain of the trail */
export function cursorBy(
  recipe: CursorRecipe,
  own: ListKind,
  real: Readonly<Record<ListKind, readonly string[]>>,
  chain: string,
): string {
  if (recipe.how === 'text') return recipe.text;
  if (recipe.how === 'position') return sealedPosition(recipe.text.replaceAll('@chain@', chain));
  const kind = recipe.kind === 'own' ? own : recipe.kind;
  if (recipe.how === 'place') {
    const bytes = Buffer.from(`${kind}:${recipe.at}:${recipe.id}`, 'utf8');
    if (recipe.form === 'plain') return bytes.toString('utf8');
    return recipe.form === 'padded' ? `${bytes.toString('base64url')}==` : bytes.toString(recipe.form);
  }
  const known = real[kind];
  const cursor = known[recipe.index % known.length] ?? '';
  if (recipe.how === 'real') return recipe.changes === null ? cursor : spoiled(cursor, recipe.changes);
  const bytes = Buffer.from(cursor, 'base64url');
  if (kind === 'stream') return sealedPosition(spoiled(bytes.subarray(22).toString('utf8'), recipe.changes));
  return Buffer.from(spoiled(bytes.toString('utf8'), recipe.changes), 'utf8').toString('base64url');
}

/** A place in a stream as anybody can make it up: with its check, without the seal of a process. */
function sealedPosition(text: string): string {
  const sealed = Buffer.concat([Buffer.alloc(16, 7), Buffer.from(text, 'utf8')]);
  return Buffer.concat([createHash('sha256').update(sealed).digest().subarray(0, 6), sealed]).toString('base64url');
}
