import type { DenialInfo, DirectiveHooks } from '../../../directives/index.js';
import type { GatewayContext } from '../../context/index.js';
import { wellFormedId } from '../../impersonation/input.js';
import { IMPERSONATION_MUTATIONS, START, STOP } from './impersonation-mutations.js';

/** What the guards of the schema tell the audit trail and, outside impersonation, the log. */
export const guardHooks: DirectiveHooks<GatewayContext> = {
  onDenied(context, info) {
    // The operation as a whole has failed by then, and is on the record as that.
    if (info.decision.code === 'QUERY_TOO_COMPLEX') return;
    const impersonated = context.identity.kind === 'impersonated';
    const { code } = info.decision;
    const isAttempt = info.coordinate === START || (!impersonated && IMPERSONATION_MUTATIONS.includes(info.coordinate));
    if (isAttempt) {
      context.operation.await(
        context.services.impersonation.recordDenial({
          identity: context.identity,
          request: context.request,
          code,
          subjectId: info.coordinate === START ? wantedSubject(info) : null,
          operation: context.operation.describe(),
        }),
      );
      context.operation.denied(null, rootKey(info));
      return;
    }
    const { coordinate, decision } = info;
    const { requires } = decision;
    context.operation.denied(code, rootKey(info), requires === undefined ? { coordinate } : { coordinate, requires });
  },

  beforeMutation(context, info) {
    // A stop records itself, and must never wait for the trail.
    if (`${info.parentType.name}.${info.fieldName}` === STOP) {
      context.operation.leavesItsOwn();
      return;
    }
    return context.operation.attempt();
  },
};

/** Null too where an item of a root field was refused for its type: its resolver ran, and the other items leave. */
function rootKey(info: DenialInfo): string | null {
  const isField = info.coordinate === `${info.parentType}.${info.fieldName}`;
  return isField && info.path.prev === undefined ? String(info.path.key) : null;
}

/** Whom a refused start was about, where the client named somebody in a well-formed way. */
function wantedSubject(info: DenialInfo): string | null {
  const input = info.args.input;
  return typeof input === 'object' && input !== null && 'userId' in input ? wellFormedId(input.userId) : null;
}
