import { Fragment, Suspense } from 'react';
import { useLocation } from 'wouter';
import { callerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { SignInPage } from '../identity/sign-in-page.js';
import { Banner } from '../impersonation/banner.js';
import { EndedHereOnlyNotice } from '../impersonation/ended-here-only-notice.js';
import { LeftoverSessions } from '../impersonation/leftover-sessions.js';
import { useReturnPlace } from '../impersonation/use-return-place.js';
import { Announcements } from '../ui/announcements.js';
import { OfflineIcon } from '../ui/icons.js';
import { Loading } from '../ui/states.js';
import { ErrorBoundary } from './error-boundary.js';
import { Navigation } from './navigation.js';
import { Notices } from './notices.js';
import { PersonMenu } from './person-menu.js';
import { Routes } from './routes.js';
import { ThemeSwitch } from './theme-switch.js';
import { useOnline } from './use-online.js';
import { useOwnPerson } from './use-own-person.js';

/**
 * What stays while pages change: the banner, the navigation, the messages. With the identity in effect everything on the page
 * begins anew: nothing that one identity was told is left on the screen for another.
 */
export function Shell({ signInProblem }: { readonly signInProblem: string | null }) {
  const identity = useIdentity();
  const { own, impersonation } = identity;
  const [location] = useLocation();
  const isOnline = useOnline();
  const focusReturned = useReturnPlace();
  useOwnPerson();

  return (
    <div className="shell" data-signed-in={own !== null || undefined}>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      {own !== null && impersonation !== null ? (
        <Banner key={impersonation.sessionId} impersonation={impersonation} actor={own.person} />
      ) : null}
      <header className="top">
        <p className="brand">
          <img src="/console/favicon.svg" alt="" width="24" height="24" />
          <span>Impersonation</span>
        </p>
        <Navigation />
        <div className="top-end">
          <ThemeSwitch />
          {own === null ? null : <PersonMenu person={own.person} />}
        </div>
      </header>
      {isOnline ? null : (
        <p className="offline" role="status">
          <OfflineIcon /> You are offline. What you see may be old; changes are not possible.
        </p>
      )}
      <main id="main" tabIndex={-1}>
        <EndedHereOnlyNotice own={own?.person ?? null} />
        <ErrorBoundary place={`${location} ${impersonation?.sessionId ?? ''} ${own?.key ?? ''}`}>
          {own === null ? (
            <SignInPage problem={signInProblem} />
          ) : (
            <Fragment key={callerOf(identity, 'effective')?.key}>
              {impersonation === null && own.person.roles.includes('ADMIN') ? (
                <LeftoverSessions own={own.person} />
              ) : null}
              <Suspense fallback={<Loading what="the page" lines={6} />}>
                <Routes />
              </Suspense>
            </Fragment>
          )}
        </ErrorBoundary>
      </main>
      <Notices onRead={focusReturned} />
      <Announcements />
    </div>
  );
}
