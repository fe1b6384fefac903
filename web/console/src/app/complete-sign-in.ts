import type { ConsoleConfig } from '../config/console-config.js';
import type { Client } from '../graphql/client.js';
import type { IdentityStore } from '../identity/identity-store.js';
import { takeErrand } from '../identity/oidc-errand.js';
import { problemInWords } from '../identity/problem-in-words.js';
import { readOwnSession } from '../identity/sign-in.js';

/** Signs in with the identity provider's answer and goes where the person wanted to go. Returns what went wrong, or null. */
export async function completeSignIn(
  answer: URLSearchParams,
  { oidc }: ConsoleConfig,
  client: Client,
  identity: IdentityStore,
): Promise<string | null> {
  const errand = takeErrand();
  if (errand !== null) history.replaceState(null, '', errand.returnTo);
  if (oidc === null) return 'This gateway does not sign people in with an identity provider.';
  const { completeOidc, OidcProblem } = await import('../identity/oidc.js');
  try {
    identity.signIn(await readOwnSession(client, await completeOidc(oidc, errand, answer)));
    return null;
  } catch (error) {
    return error instanceof OidcProblem ? error.message : problemInWords(error);
  }
}
