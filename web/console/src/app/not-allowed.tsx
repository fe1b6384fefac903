import { useIdentity } from '../identity/identity-context.js';
import { Page } from '../ui/page.js';
import { Empty } from '../ui/states.js';
import type { Section } from './sections.js';

/** The effective user may not open this page. While impersonating that is what the subject would meet, too. */
export function NotAllowed({ section: { label, roles } }: { readonly section: Section }) {
  const { impersonation } = useIdentity();
  const needed = roles?.join(', ') ?? '';
  return (
    <Page title={label}>
      {impersonation === null ? (
        <Empty title="You may not open this page.">It needs one of these roles: {needed}.</Empty>
      ) : (
        <Empty title={`${impersonation.subject.name} may not open this page.`}>
          It needs one of these roles: {needed}. Press Stop in the banner to return to your own identity.
        </Empty>
      )}
    </Page>
  );
}
