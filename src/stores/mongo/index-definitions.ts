import { isDeepStrictEqual } from 'node:util';
import type { IndexDescription } from 'mongodb';

/** What a server may say of an index without its meaning being another one. */
const OF_NO_MEANING = ['v', 'name', 'ns', 'background'];

/**
 * Those of the wanted indexes that are not among the found ones. An index counts only where keys, their order and every option
 * are equal: one that is not unique guards nothing, a hidden one serves nothing, and one with `expireAfterSeconds` deletes.
 * @param found what `listIndexes` answered.
 */
export function missingIndexes(wanted: readonly IndexDescription[], found: readonly unknown[]): IndexDescription[] {
  const known = found.map(definition);
  return wanted.filter((index) => !known.some((other) => isDeepStrictEqual(other, definition(index))));
}

/**
 * Takes apart what `listIndexes` tells with `includeBuildUUIDs`: there, one whose build has not ended is `{spec, buildUUID}`. Such a
 * one guards nothing yet, and may still fail over what it finds.
 */
export function byReadiness(found: readonly unknown[]): { readonly ready: unknown[]; readonly building: unknown[] } {
  const ready: unknown[] = [];
  const building: unknown[] = [];
  for (const index of found) {
    const { buildUUID, spec } = Object(index) as Record<string, unknown>;
    if (buildUUID === undefined) ready.push(index);
    else building.push(spec);
  }
  return { ready, building };
}

/** In a form that can be compared: keys in their order, options that say no left out. */
function definition(index: unknown): unknown {
  const { key, ...options } = Object(index) as Record<string, unknown>;
  const keys = Object.entries(Object(key) as object).map(([path, way]) => [path, String(way)]);
  const telling = Object.entries(options).filter(([name, value]) => !OF_NO_MEANING.includes(name) && value !== false);
  return { keys, options: Object.fromEntries(telling) };
}

/** For the operator: what an index is over, e.g. `{chain, sequence}`. */
export function indexInWords({ key, unique }: IndexDescription): string {
  return `{${Object.keys(key).join(', ')}}${unique === true ? ' (unique)' : ''}`;
}
