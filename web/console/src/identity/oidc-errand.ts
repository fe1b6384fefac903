/** What this tab has to remember while the person is at the identity provider. No token is in it. */
export interface OidcErrand {
  readonly issuer: string;
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string | null;
  /** Where the person wanted to go. */
  readonly returnTo: string;
}

const KEY = 'console-oidc-errand';

/** The only thing this console ever puts into a store of the browser for a sign-in: gone when the tab closes or comes back. */
export function keepErrand(errand: OidcErrand): void {
  sessionStorage.setItem(KEY, JSON.stringify(errand));
}

/** The errand, once. */
export function takeErrand(): OidcErrand | null {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept === null) return null;
  const errand = JSON.parse(kept) as OidcErrand;
  // Somewhere within the console, whatever was written there.
  return { ...errand, returnTo: errand.returnTo.startsWith('/console/') ? errand.returnTo : '/console/' };
}

/**
 * The identity provider's answer where this address carries one. The code is out of the address and out of the history before
 * anything else happens.
 */
export function takeOidcAnswer(): URLSearchParams | null {
  const { pathname, search } = location;
  const params = new URLSearchParams(search);
  if (pathname !== '/console/' || !params.has('state') || !(params.has('code') || params.has('error'))) return null;
  history.replaceState(null, '', '/console/');
  return params;
}
