import type { Caller } from '../identity/identity.js';

/**
 * What to show until an answer is there: the last one, where it was given to the same identity. Another identity's data is
 * never shown, not for a moment.
 */
export function sameCallers<Data>({ key }: Caller) {
  return (previous: Data | undefined, asked?: { readonly queryKey: readonly unknown[] }): Data | undefined =>
    asked?.queryKey[0] === key ? previous : undefined;
}
