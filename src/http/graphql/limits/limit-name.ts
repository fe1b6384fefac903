import type { QueryLimits } from '../../../domain/query-limits.js';

/** What is refused because it is too much: the name in `extensions.limit` and in the metric. */
export type LimitName =
  | Exclude<keyof QueryLimits, 'assumedListSize' | 'tokens'>
  | 'nameLength'
  | 'introspection'
  | 'slicingArguments';
