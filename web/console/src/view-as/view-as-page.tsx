import { useConsoleConfig } from '../config/console-config.js';
import { useIdentity } from '../identity/identity-context.js';
import { Page } from '../ui/page.js';
import { IdentityCard } from './identity-card.js';
import { Orders } from './orders.js';
import { QueryBox } from './query-box.js';

/** What the effective user is and sees: the subject's view while impersonating, the person's own otherwise. */
export default function ViewAsPage() {
  const { own, impersonation } = useIdentity();
  const { example } = useConsoleConfig();
  if (own === null) return null;
  const viewer = impersonation?.subject ?? own.person;
  return (
    <Page
      title={impersonation === null ? 'Your own view' : `View as ${viewer.name}`}
      lead={
        impersonation === null
          ? 'You are not acting as anybody, so this is what you see yourself.'
          : `Everything here is asked with the rights of ${viewer.name}, and is on record with your name.`
      }
    >
      <IdentityCard viewer={viewer} own={own.person} impersonation={impersonation} />
      {example ? <Orders impersonation={impersonation} viewer={viewer} /> : null}
      <QueryBox viewer={viewer} />
    </Page>
  );
}
