import type { GraphQLFieldResolver } from 'graphql';
import type { Decide } from './decide.js';
import type { DirectiveHooks, GuardedContext } from './guarded-context.js';
import { refuse, report } from './refuse.js';

export type Resolver = GraphQLFieldResolver<unknown, GuardedContext>;

/** What stands behind a guarded resolver, for an executor that asks the guard itself. */
export interface Guarded {
  /** Whether the rule lets this context through; what follows from a refusal is the guarded resolver's own. */
  readonly passes: (context: unknown) => boolean;
  /** The resolver without its guard. Only for a context that passed. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
}

const known = new WeakMap<Decide, Guarded['passes']>();

/** Equal rules have one decider, so it is one function for all of them. */
function passesOf(decide: Decide): Guarded['passes'] {
  let passes = known.get(decide);
  if (passes === undefined) {
    passes = (context) => decide((context as GuardedContext).identity).allowed;
    known.set(decide, passes);
  }
  return passes;
}

const guardedResolvers = new WeakMap<object, Guarded>();

/** The guard of a resolver that `guardField` made; null for any other. */
export function guardOf(resolve: object): Guarded | null {
  return guardedResolvers.get(resolve) ?? null;
}

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
  const guarded: Resolver = (source, args, context, info) => {
    const decision = decide(context.identity);
    if (decision.allowed) return resolve(source, args, context, info);
    if (!nullable || decision.code !== 'SENSITIVE_FIELD') {
      return refuse(hooks, context, info, { coordinate, args, decision });
    }
    report(hooks, context, info, { coordinate, args, decision });
    return null;
  };
  guardedResolvers.set(guarded, { passes: passesOf(decide), resolve: resolve as Guarded['resolve'] });
  return guarded;
}

/** The same for `subscribe`: no stream is opened for whom the rule refuses, who always gets the error. */
export function guardStream(field: GuardedField, subscribe: Resolver, hooks: DirectiveHooks): Resolver {
  return guardField({ ...field, nullable: false }, subscribe, hooks);
}
