import type { GraphQLResolveInfo } from 'graphql';
import { type DenyDecision, refusal } from '../src/policy/index.js';
import type { DenialInfo, DirectiveHooks, GuardedContext } from './guarded-context.js';

/** Reports a refusal to the hook. */
export function report(
  hooks: DirectiveHooks,
  context: GuardedContext,
  info: GraphQLResolveInfo,
  denied: Pick<DenialInfo, 'coordinate' | 'args' | 'decision'>,
): void {
  const { fieldName, path } = info;
  hooks.onDenied?.(context, { parentType: info.parentType.name, fieldName, path, ...denied });
}

/** Reports a refusal and throws it as a GatewayError with the decision's code. */
export function refuse(
  hooks: DirectiveHooks,
  context: GuardedContext,
  info: GraphQLResolveInfo,
  denied: Pick<DenialInfo, 'coordinate' | 'args'> & { readonly decision: DenyDecision },
): never {
  report(hooks, context, info, denied);
  throw refusal(denied.decision);
}
