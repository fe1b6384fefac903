import { audiencesOf, type TrustedIssuer } from '../tokens/index.js';

/** How people sign in to the console with the company's identity provider. */
export interface ConsoleOidc {
  /** One of the trusted issuers, to the letter. */
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
}

type Settings = { readonly [name in 'issuer' | 'clientId' | 'scope' | 'audience']: string | null };

const VARIABLES = {
  clientId: 'CONSOLE_OIDC_CLIENT_ID',
  scope: 'CONSOLE_OIDC_SCOPE',
  audience: 'CONSOLE_OIDC_AUDIENCE',
} as const;
const LOCAL = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/i;

/** The settings as a whole, or each of their problems as a sentence that begins with its variable. */
export function checkConsoleOidc(
  settings: Settings,
  trusted: readonly TrustedIssuer[] | null,
): { readonly oidc: ConsoleOidc | null; readonly problems: readonly string[] } {
  const { issuer, clientId, scope, audience } = settings;
  if (issuer === null) {
    const idle = (['clientId', 'scope', 'audience'] as const).filter((name) => settings[name] !== null);
    return {
      oidc: null,
      problems: idle.map((name) => `${VARIABLES[name]} has no effect without CONSOLE_OIDC_ISSUER, which is not set.`),
    };
  }
  const problems: string[] = [];
  const known = trusted?.find((one) => one.issuer === issuer);
  if (known === undefined) {
    problems.push(
      'CONSOLE_OIDC_ISSUER must be one of TRUSTED_ISSUERS, to the letter: the tokens of others are refused.',
    );
  } else if (audience !== null && !audiencesOf(known).includes(audience)) {
    problems.push('CONSOLE_OIDC_AUDIENCE must be an audience that TRUSTED_ISSUERS accepts of CONSOLE_OIDC_ISSUER.');
  }
  // The code and the tokens would be anybody's on the way.
  if (/^http:/i.test(issuer) && !LOCAL.test(issuer)) problems.push('CONSOLE_OIDC_ISSUER must be reached by https.');
  if (clientId === null) problems.push('CONSOLE_OIDC_CLIENT_ID must be set with CONSOLE_OIDC_ISSUER.');
  if (problems.length > 0 || clientId === null) return { oidc: null, problems };
  return {
    oidc: { issuer, clientId, scope: scope ?? 'openid', ...(audience === null ? {} : { audience }) },
    problems,
  };
}
