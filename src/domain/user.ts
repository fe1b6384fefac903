import type { Role } from './role.js';

/** A person as the user directory knows them now. The directory, not a token, decides roles and who is disabled. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly disabled: boolean;
  readonly avatarUrl: string | null;
}
