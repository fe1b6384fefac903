import { isPromise } from '@graphql-tools/utils';
import { ALLOWED, canMutate, type Decision, denial, type MutationRule } from '../src/policy/index.js';
import { type GuardedField, guardField, type Resolver } from './guard-field.js';
import type { DirectiveHooks, GuardedContext } from './guarded-context.js';
import { refuse } from './refuse.js';

const ENDED = denial('IMPERSONATION_ENDED');
/** Nobody is told: the client has had this code already, for the whole operation. */
const GIVEN_UP = denial('QUERY_TOO_COMPLEX');

/**
 * A root mutation field: its session must not have ended, the operation must not have been given up, the impersonation must permit it, its own rule, if any, must hold,
 * then `beforeMutation`, and only then the resolver runs.
 */
export function guardMutation(
  coordinate: string,
  mutationRule: MutationRule,
  field: GuardedField | null,
  resolve: Resolver,
  hooks: DirectiveHooks,
): Resolver {
  const recorded: Resolver = (source, args, context, info) => {
    const waiting = hooks.beforeMutation?.(context, info);
    if (!isPromise(waiting)) return resolve(source, args, context, info);
    return waiting
      .then(() => context.sessionFault?.() ?? null)
      .then((fault) => {
        // The session may have been revoked while the attempt was being recorded, however long this process stood still meanwhile.
        const active = stillActive(context);
        const decision = active.allowed && fault !== null ? denial(fault) : active;
        if (!decision.allowed) return refuse(hooks, context, info, { coordinate, args, decision });
        return resolve(source, args, context, info);
      });
  };
  const permitted = field === null ? recorded : guardField(field, recorded, hooks);

  return (source, args, context, info) => {
    const active = stillActive(context);
    const decision = active.allowed ? canMutate(mutationRule, context.identity) : active;
    if (!decision.allowed) return refuse(hooks, context, info, { coordinate, args, decision });
    return permitted(source, args, context, info);
  };
}

function stillActive(context: GuardedContext): Decision {
  if (context.timeIsUp?.() === true) return GIVEN_UP;
  return context.sessionEnded?.() === true ? ENDED : ALLOWED;
}
