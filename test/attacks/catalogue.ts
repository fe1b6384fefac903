import type { AttackGroup } from './attack.js';
import { credentials } from './credentials.js';
import { deadSessions } from './dead-sessions.js';
import { ending } from './ending.js';
import { forgedClaims } from './forged-claims.js';
import { forgedSignatures } from './forged-signatures.js';
import { inputs } from './inputs.js';
import { nesting } from './nesting.js';
import { readOnlySessions } from './read-only.js';
import { starting } from './starting.js';
import { streams } from './streams.js';

/** Every attack, in the order of its number. */
export const CATALOGUE: readonly AttackGroup[] = [
  forgedSignatures,
  forgedClaims,
  credentials,
  streams,
  deadSessions,
  nesting,
  starting,
  inputs,
  ending,
  readOnlySessions,
];
