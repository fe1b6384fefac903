import { isPromise } from '@graphql-tools/utils';
import { type GraphQLTypeResolver, isObjectType } from 'graphql';
import type { Decide } from './decide.js';
import type { DirectiveHooks, GuardedContext } from './guarded-context.js';
import { refuse } from './refuse.js';

export type TypeResolver = GraphQLTypeResolver<unknown, GuardedContext>;

/**
 * What an abstract type resolves to, refused where that object type has a rule which does not hold. Else a guarded type
 * could be read through an interface or a union, and `{ __typename }` would tell that it is there.
 * @param guarded by the name of the object type.
 */
export function guardTypeResolver(
  guarded: ReadonlyMap<string, Decide>,
  resolveType: TypeResolver,
  hooks: DirectiveHooks,
): TypeResolver {
  return (value, context, info, abstractType) => {
    const check = <T>(resolved: T): T => {
      // graphql-js takes names alone; other executors may take the type.
      const name = isObjectType(resolved) ? resolved.name : resolved;
      const decide = typeof name === 'string' ? guarded.get(name) : undefined;
      if (decide === undefined || typeof name !== 'string') return resolved;
      const decision = decide(context.identity);
      return decision.allowed ? resolved : refuse(hooks, context, info, { coordinate: name, args: {}, decision });
    };
    const resolved = resolveType(value, context, info, abstractType);
    return isPromise(resolved) ? resolved.then(check) : check(resolved);
  };
}
