import type { VerificationProgress } from '../../src/audit/verification/progress.js';
import type { SubscriptionResolvers } from '../../src/generated/resolvers-types.js';

export const auditVerification = {
  subscribe: (_parent, _args, { identity, request, services, operation }) =>
    services.verification.follow(() =>
      services.audit.recordVerification({ identity, request, operation: operation.describe() }),
    ),
  resolve: (step: VerificationProgress) => step,
} satisfies SubscriptionResolvers['auditVerification'];
