import type { Role } from '../generated/graphql.js';
import { Badge } from './badge.js';

const TONES: Partial<Record<string, 'accent' | 'warning' | 'good'>> = {
  ADMIN: 'warning',
  AUDITOR: 'good',
  SUPPORT: 'accent',
};

/** What a person may be, one badge each. A gateway may have roles of its own. */
export function Roles({ roles }: { readonly roles: readonly Role[] }) {
  if (roles.length === 0) return <span className="muted">none</span>;
  return (
    <span className="badges">
      {roles.map((role) => (
        <Badge key={role} tone={TONES[role] ?? 'neutral'}>
          {role}
        </Badge>
      ))}
    </span>
  );
}
