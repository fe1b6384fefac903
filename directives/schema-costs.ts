import type { GraphQLSchema } from 'graphql';
import { type DeclaredCost, readDeclaredCost } from './declared-cost.js';
import { DirectiveError, type DirectiveProblem } from './directive-error.js';
import { usesOn } from './directive-use.js';
import { schemaElements } from './schema-elements.js';

/**
 * What a schema declares of its costs, by coordinate.
 * @throws DirectiveError with every use of `@cost` or `@listSize` that says nothing.
 */
export function readSchemaCosts(schema: GraphQLSchema): ReadonlyMap<string, DeclaredCost> {
  const costs = new Map<string, DeclaredCost>();
  const problems: DirectiveProblem[] = [];
  for (const { coordinate, definition } of schemaElements(schema)) {
    const declared = readDeclaredCost(usesOn(definition));
    if (typeof declared === 'string') problems.push({ coordinate, message: declared });
    else if (declared !== null) costs.set(coordinate, declared);
  }
  if (problems.length > 0) throw new DirectiveError(problems);
  return costs;
}
