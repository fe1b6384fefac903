import { Suspense } from 'react';
import { useLocation } from 'wouter';
import { useIdentity } from '../identity/identity-context.js';
import { SignInPage } from '../identity/sign-in-page.js';
import { Banner } from '../impersonation/banner.js';
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

/** What stays while pages change: the banner, the navigation, the messages. */
export function Shell() {
  const { own, impersonation } = useIdentity();
  const [location] = useLocation();
  const isOnline = useOnline();
  useReturnPlace();
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
        <ErrorBoundary place={`${location} ${impersonation?.sessionId ?? ''} ${own?.key ?? ''}`}>
          {own === null ? (
            <SignInPage />
          ) : (
            <Suspense fallback={<Loading what="the page" lines={6} />}>
              <Routes />
            </Suspense>
          )}
        </ErrorBoundary>
      </main>
      <Notices />
      <Announcements />
    </div>
  );
}
