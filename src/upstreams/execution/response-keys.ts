import type { FieldNode } from 'graphql';
import { GatewayError } from '../../errors/index.js';

/** Keys that objects of JavaScript give a meaning of their own: merging results under them has polluted prototypes. */
const OF_THE_LANGUAGE: readonly string[] = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];

/** What the planner itself writes into results, and would take for its own: a forged `__typename` is another type. */
const OF_THE_PLANNER = /^(?:__|_nullable_|_nonNullable_)/;

/**
 * Refuses an alias that could be mistaken, where results of several services are put together, for something that is not the
 * client's.
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED.
 */
export function checkResponseKey(node: FieldNode): void {
  const key = node.alias?.value ?? node.name.value;
  if (key === '__typename' && node.name.value === '__typename') return;
  if (!OF_THE_PLANNER.test(key) && !OF_THE_LANGUAGE.includes(key)) return;
  throw new GatewayError('GRAPHQL_VALIDATION_FAILED', { message: `"${key}" cannot be used as an alias here.` });
}
