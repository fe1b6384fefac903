import { viewerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { Page } from '../ui/page.js';
import { Roles } from '../ui/roles.js';

export default function ViewAsPage() {
  const viewer = viewerOf(useIdentity());
  return <Page title="View as">{viewer === null ? null : <Roles roles={viewer.roles} />}</Page>;
}
