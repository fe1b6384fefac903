import type { AttackGroup } from './attack.js';
import { forgedClaims } from './forged-claims.js';
import { forgedSignatures } from './forged-signatures.js';

/** Every attack, in the order of its number. */
export const CATALOGUE: readonly AttackGroup[] = [forgedSignatures, forgedClaims];
