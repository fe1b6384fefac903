import type { MutationRules } from '../../policy/index.js';

export const START = 'Mutation.startImpersonation';
export const STOP = 'Mutation.stopImpersonation';
export const REVOKE = 'Mutation.revokeImpersonation';

/** How the gateway's own mutations stand under an impersonation. */
export const MUTATION_RULES: MutationRules = Object.freeze({
  nested: Object.freeze([START]),
  always: Object.freeze([STOP]),
});

/** Mutations that only take rights away: allowed even while the people of a request cannot be confirmed. */
export const ENDING_MUTATIONS: readonly string[] = Object.freeze([STOP, REVOKE]);

/** Mutations whose refusal is an attempt at the impersonations themselves. */
export const IMPERSONATION_MUTATIONS: readonly string[] = Object.freeze([START, STOP, REVOKE]);
