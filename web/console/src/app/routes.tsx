import { Redirect, Route, Switch } from 'wouter';
import { viewerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { Page } from '../ui/page.js';
import { Empty } from '../ui/states.js';
import { NotAllowed } from './not-allowed.js';
import { mayOpen, SECTIONS } from './sections.js';

/** The page for the address. Where the effective user may not see it, that is said. */
export function Routes() {
  const viewer = viewerOf(useIdentity());
  if (viewer === null) return null;
  const { roles } = viewer;
  const [first] = SECTIONS.filter((section) => mayOpen(section, roles));
  return (
    <Switch>
      <Route path="/">
        <Redirect to={first?.path ?? '/view-as'} replace />
      </Route>
      {SECTIONS.flatMap((section) =>
        [section, ...(section.inside ?? [])].map(({ path, page: View }) => (
          <Route key={path} path={path}>
            {mayOpen(section, roles) ? <View /> : <NotAllowed section={section} />}
          </Route>
        )),
      )}
      <Route>
        <Page title="There is nothing here">
          <Empty title="This address leads nowhere.">Choose a page from the navigation.</Empty>
        </Page>
      </Route>
    </Switch>
  );
}
