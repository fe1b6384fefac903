import * as oauth from 'oauth4webapi';
import type { OidcConfig } from '../config/console-config.js';
import { keepErrand, type OidcErrand } from './oidc-errand.js';

/** The identity provider did not sign the person in; the message is for them. */
export class OidcProblem extends Error {
  override readonly name = 'OidcProblem';
}

const LOCAL = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/;

/** Goes to the identity provider (authorization code, PKCE). `isFresh`: the person has to show there again that it is them. */
export async function beginOidc(oidc: OidcConfig, { isFresh = false } = {}): Promise<void> {
  const server = await discover(oidc);
  const url = signInPage(oidc, server);
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = isOpenId(oidc) ? oauth.generateRandomNonce() : null;
  const params = {
    client_id: oidc.clientId,
    response_type: 'code',
    redirect_uri: redirectUri(),
    scope: oidc.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(nonce === null ? {} : { nonce }),
    ...(oidc.audience === undefined ? {} : { resource: oidc.audience }),
    ...(isFresh ? { prompt: 'login', max_age: '0' } : {}),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  const { pathname, search } = location;
  keepErrand({ issuer: oidc.issuer, codeVerifier, state, nonce, returnTo: `${pathname}${search}` });
  location.assign(url);
}

/** Turns the identity provider's answer into a session token. Throws {@link OidcProblem}. */
export async function completeOidc(
  oidc: OidcConfig,
  errand: OidcErrand | null,
  answer: URLSearchParams,
): Promise<string> {
  // An answer nobody here asked for would sign the person in as whoever sent it.
  if (errand === null || errand.issuer !== oidc.issuer) {
    throw new OidcProblem('This sign-in was not begun in this tab. Begin it again.');
  }
  const server = await discover(oidc);
  const client = { client_id: oidc.clientId };
  try {
    const params = oauth.validateAuthResponse(server, client, answer, errand.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      params,
      redirectUri(),
      errand.codeVerifier,
      {
        ...insecureLocal(oidc),
        ...(oidc.audience === undefined ? {} : { additionalParameters: { resource: oidc.audience } }),
      },
    );
    const { access_token } = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      response,
      errand.nonce === null ? {} : { expectedNonce: errand.nonce, requireIdToken: true },
    );
    return access_token;
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied') {
      throw new OidcProblem('The sign-in was cancelled at the identity provider.');
    }
    throw new OidcProblem('The identity provider did not complete the sign-in. Begin it again.', { cause: error });
  }
}

async function discover(oidc: OidcConfig): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(oidc.issuer);
  try {
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...insecureLocal(oidc) });
    return await oauth.processDiscoveryResponse(issuer, response);
  } catch (error) {
    throw new OidcProblem('The identity provider does not answer. Try again in a minute.', { cause: error });
  }
}

/** Whoever answers for the provider does not choose what kind of address this page opens: a web page, and none in the clear. */
function signInPage(oidc: OidcConfig, { authorization_endpoint: address }: oauth.AuthorizationServer): URL {
  if (address === undefined) throw new OidcProblem('The identity provider has no sign-in page.');
  const url = URL.canParse(address) ? new URL(address) : null;
  const isSafe = url?.protocol === 'https:' || (LOCAL.test(oidc.issuer) && url !== null && LOCAL.test(url.href));
  if (url === null || !isSafe)
    throw new OidcProblem('The sign-in page that the identity provider names is not on https.');
  return url;
}

/** On this machine alone an identity provider may be without TLS. */
function insecureLocal({ issuer }: OidcConfig) {
  return LOCAL.test(issuer) ? { [oauth.allowInsecureRequests]: true } : {};
}

function isOpenId({ scope }: OidcConfig): boolean {
  return scope.split(' ').includes('openid');
}

function redirectUri(): string {
  return `${location.origin}/console/`;
}
