import type { OnwardContext } from '../onward-context.js';

/**
 * The context of what is asked of a service, looked at before it is trusted: a call that does not say for whom it is made
 * would be one of nobody, which a service may answer.
 * @throws TypeError where it does not.
 */
export function checkedContext(context: unknown): OnwardContext {
  const { identity, request, inboundHeaders, signal, touched, sessionFault } = Object(
    context,
  ) as Partial<OnwardContext>;
  const complete =
    (identity?.kind === 'anonymous' || identity?.kind === 'direct' || identity?.kind === 'impersonated') &&
    typeof request?.id === 'string' &&
    typeof inboundHeaders === 'object' &&
    inboundHeaders !== null &&
    signal instanceof AbortSignal &&
    typeof touched === 'function' &&
    typeof sessionFault === 'function';
  if (!complete) throw new TypeError('a service is asked without a context that says for whom');
  return context as OnwardContext;
}
