import type { ImpersonationAccess } from '../generated/graphql.js';

/** What an impersonation may do, by name. */
export const ACCESS_NAMES: Readonly<Record<ImpersonationAccess, string>> = { READ_ONLY: 'Read-only', FULL: 'Full' };
