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
const ROOT = '/console/';

/** The only thing this console ever puts into a store of the browser for a sign-in: gone when the tab closes or comes back. */
export function keepErrand(errand: OidcErrand): void {
  sessionStorage.setItem(KEY, JSON.stringify(errand));
}

/** The errand, once. */
export function takeErrand(): OidcErrand | null {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return kept === null ? null : readErrand(JSON.parse(kept), location.origin);
  } catch {
    // No storage, or nothing that was written here.
    return null;
  }
}

/** The errand, or null where it is none. Its way back leads to somewhere within the console, whatever was written there. */
export function readErrand(kept: unknown, origin: string): OidcErrand | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const { issuer, codeVerifier, state, nonce, returnTo } = kept as Readonly<Record<string, unknown>>;
  if (typeof issuer !== 'string' || typeof codeVerifier !== 'string' || typeof state !== 'string') return null;
  if (nonce !== null && typeof nonce !== 'string') return null;
  return { issuer, codeVerifier, state, nonce, returnTo: withinConsole(returnTo, origin) };
}

function withinConsole(address: unknown, origin: string): string {
  if (typeof address !== 'string' || !URL.canParse(address, origin)) return ROOT;
  const url = new URL(address, origin);
  return url.origin === origin && url.pathname.startsWith(ROOT) ? `${url.pathname}${url.search}` : ROOT;
}

/**
 * The identity provider's answer where this address carries one. The code is out of the address and out of the history before
 * anything else happens.
 */
export function takeOidcAnswer(): URLSearchParams | null {
  const { pathname, search } = location;
  const params = new URLSearchParams(search);
  if (pathname !== ROOT || !params.has('state') || !(params.has('code') || params.has('error'))) return null;
  history.replaceState(null, '', ROOT);
  return params;
}
