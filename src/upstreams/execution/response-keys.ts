import { type ASTVisitor, type FieldNode, GraphQLError, type ValidationContext } from 'graphql';
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
  const message = problemOf(node);
  if (message !== null) throw new GatewayError('GRAPHQL_VALIDATION_FAILED', { message });
}

/** The same said of a whole document before any of it runs, as a rule of validation. */
export function responseKeysRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const message = problemOf(node);
      if (message !== null) context.reportError(new GraphQLError(message, { nodes: [node] }));
    },
  };
}

function problemOf({ alias, name }: FieldNode): string | null {
  // Without one it is a field that the schema has.
  if (alias === undefined || alias.value === name.value) return null;
  const key = alias.value;
  if (!OF_THE_PLANNER.test(key) && !OF_THE_LANGUAGE.includes(key)) return null;
  return `"${key}" cannot be used as an alias here.`;
}
