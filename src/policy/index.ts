export { addressGroup } from './address-group.js';
export {
  type AnomalyRules,
  anomalyRule,
  noteSubject,
  type SubjectsSeen,
} from './anomaly.js';
export { EXPORT_RULE } from './audit-rules.js';
export { noteOnce, type Tally } from './burst.js';
export { canImpersonate, type ImpersonationAttempt } from './can-impersonate.js';
export { canMutate, type MutationRule, type MutationRules, mutationRule } from './can-mutate.js';
export { canResolve } from './can-resolve.js';
export { countedAddress, countedAs } from './counted-as.js';
export {
  ALLOWED,
  type AllowDecision,
  type Decision,
  type DenyDecision,
  denial,
  lacksRole,
  type Principal,
  type RoleRequirement,
} from './decision.js';
export { combineRules, type FieldRule, OPEN_RULE, RuleInterner } from './field-rule.js';
export { holdsOneOf, type ImpersonationRules } from './impersonation-rules.js';
export {
  activityStepMs,
  beginInactivity,
  endedInactive,
  endingByTime,
  isActivity,
  isInactive,
  isLook,
  prolongedUntil,
  type Use,
} from './inactivity.js';
export { type DelegatedUse, mayActDelegated } from './may-act-delegated.js';
export { type Continuation, type ContinuationFault, type EndedDecision, mayContinue } from './may-continue.js';
export { type AddressTrust, mayVerify, noteRefused } from './may-verify.js';
export {
  type DemandedProof,
  type ProofFault,
  plainAddress,
  proofFault,
  proofStaleAt,
  type StatedProof,
} from './proof-fault.js';
export { refusal } from './refusal.js';
