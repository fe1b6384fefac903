import type { ErrorCode } from '../errors/index.js';
import type { ContinuationFault } from '../policy/index.js';

/** The code that the end event of an unfit session carries: the refusal a start would meet now. */
export const CODE_OF_FAULT: Readonly<Record<ContinuationFault, ErrorCode>> = {
  ACTOR_GONE: 'FORBIDDEN',
  ACTOR_DISABLED: 'FORBIDDEN',
  ACTOR_DEMOTED: 'FORBIDDEN',
  SUBJECT_GONE: 'USER_NOT_FOUND',
  SUBJECT_DISABLED: 'SUBJECT_DISABLED',
  SUBJECT_PROTECTED: 'SUBJECT_PROTECTED',
  ENDED: 'IMPERSONATION_ENDED',
  EXPIRED: 'TOKEN_EXPIRED',
  INACTIVE: 'IMPERSONATION_ENDED',
};

/** As {@link CODE_OF_FAULT}, for what a stored session tells; null where that is no fault. */
export function codeOfFault(fault: string): ErrorCode | null {
  return Object.hasOwn(CODE_OF_FAULT, fault) ? CODE_OF_FAULT[fault as ContinuationFault] : null;
}
