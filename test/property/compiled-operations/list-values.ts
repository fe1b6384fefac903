/** A list in one of the shapes that a resolver may give it; what is none; one that fails on the way. */
export function listOf(
  length: number,
  item: (index: number) => unknown,
  random: () => number,
  trouble: number,
): unknown {
  const items = () => Array.from({ length }, (_, index) => item(index));
  if (random() < trouble / 4) return new Map(items().map((each, index) => [index, each]));
  const shape = random();
  if (random() < trouble / 4) return breaking(items());
  if (shape < 0.6) return items();
  if (shape < 0.7) return new Set(items());
  if (shape < 0.8) return generated(items());
  if (shape < 0.9) return { [Symbol.iterator]: () => items()[Symbol.iterator]() };
  return new Map(items().map((each, index) => [index, each])).values();
}

function* generated(items: readonly unknown[]): Generator<unknown> {
  yield* items;
}

function* breaking(items: readonly unknown[]): Generator<unknown> {
  yield* items;
  throw new Error('the list broke off');
}
