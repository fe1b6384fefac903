/** The roles this gateway itself knows. A host schema may `extend enum Role`, so a role is any string; see {@link Role}. */
export const BUILT_IN_ROLES = ['USER', 'SUPPORT', 'AUDITOR', 'ADMIN'] as const;

/** A role name. A name no rule mentions grants nothing. */
export type Role = string;
