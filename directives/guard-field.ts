import type { GraphQLFieldResolver } from 'graphql';
import type { Decide } from './decide.js';
import type { DirectiveHooks, GuardedContext } from './guarded-context.js';
import { refuse, report } from './refuse.js';

export type Resolver = GraphQLFieldResolver<unknown, GuardedContext>;

export interface GuardedField {
  readonly coordinate: string;
  readonly decide: Decide;
  /** Whether a `@sensitive` refusal may be shown as null instead of an error. */
  readonly nullable: boolean;
}

/** The resolver, run only where the field's rule allows it. Synchronous unless the resolver itself is not. */
export function guardField(
  { coordinate, decide, nullable }: GuardedField,
  resolve: Resolver,
  hooks: DirectiveHooks,
): Resolver {
  return (source, args, context, info) => {
    const decision = decide(context.identity);
    if (decision.allowed) return resolve(source, args, context, info);
    if (!nullable || decision.code !== 'SENSITIVE_FIELD') {
      return refuse(hooks, context, info, { coordinate, args, decision });
    }
    report(hooks, context, info, { coordinate, args, decision });
    return null;
  };
}

/** The same for `subscribe`: no stream is opened for whom the rule refuses, who always gets the error. */
export function guardStream(field: GuardedField, subscribe: Resolver, hooks: DirectiveHooks): Resolver {
  return guardField({ ...field, nullable: false }, subscribe, hooks);
}
