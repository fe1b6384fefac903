import { z } from 'zod';
import { checkTrustedIssuers, ISSUER_ALGORITHMS, type TrustedIssuer } from '../tokens/index.js';
import type { Parsed } from './option.js';

const SCHEMA = z
  .array(
    z.strictObject({
      issuer: z.string().min(1),
      audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
      jwks: z.string().min(1),
      algorithms: z.array(z.enum(ISSUER_ALGORITHMS)).min(1),
      acceptActorClaim: z.boolean().optional(),
      subjectPrefix: z.string().min(1).optional(),
      requireSenderConstraint: z.boolean().optional(),
    }),
  )
  .min(1);

/** `TRUSTED_ISSUERS`: every problem in one sentence each, by its place in the JSON. */
export function parseTrustedIssuers(text: string): Parsed<readonly TrustedIssuer[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'is not valid JSON' };
  }
  const result = SCHEMA.safeParse(json);
  if (result.success) {
    const issuers = result.data as readonly TrustedIssuer[];
    try {
      checkTrustedIssuers(issuers);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it cannot be used';
      return { problem: `is refused: ${why.replace(/\.$/, '')}` };
    }
    return { value: Object.freeze(issuers) };
  }
  return {
    problem: result.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; '),
  };
}
