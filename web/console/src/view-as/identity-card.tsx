import type { ReactNode } from 'react';
import type { Impersonation, Person } from '../identity/identity.js';
import { Roles } from '../ui/roles.js';
import { DateTime } from '../ui/time.js';

export interface IdentityCardProps {
  readonly viewer: Person;
  readonly own: Person;
  readonly impersonation: Impersonation | null;
}

/** Who is in effect, with which rights, and by which session. */
export function IdentityCard({ viewer, own, impersonation }: IdentityCardProps) {
  return (
    <section className="card stack" aria-labelledby="identity-card">
      <h2 id="identity-card">Who is in effect</h2>
      <dl className="facts">
        <Fact name="Name">{viewer.name}</Fact>
        <Fact name="E-mail">{viewer.email}</Fact>
        <Fact name="Roles">
          <Roles roles={viewer.roles} />
        </Fact>
        <Fact name="Id">
          <code>{viewer.id}</code>
        </Fact>
        {impersonation === null ? null : (
          <>
            <Fact name="Really acting">
              {own.name} <code>{own.id}</code>
            </Fact>
            <Fact name="Access">
              {impersonation.access === 'FULL'
                ? 'Full: changes are made in their name'
                : 'Read-only: every change is refused'}
            </Fact>
            <Fact name="Reason">
              {impersonation.reason}
              {impersonation.ticket === null ? null : <span className="cell-note">{impersonation.ticket}</span>}
            </Fact>
            <Fact name="Ends">
              <DateTime value={new Date(impersonation.expiresAt).toISOString()} seconds />
            </Fact>
          </>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
