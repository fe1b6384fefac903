import { fileURLToPath } from 'node:url';

/** An identity provider whose session tokens are accepted. One entry of TRUSTED_ISSUERS. */
export interface TrustedIssuer {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string;
  /** A token is accepted where its `aud` holds any of these. */
  readonly audience: string | readonly string[];
  /** The http(s) URL of its JWKS, or the path (or file: URL) of a JWKS file. */
  readonly jwks: string;
  /** The only algorithms its tokens may use, out of {@link ISSUER_ALGORITHMS}. */
  readonly algorithms: readonly string[];
  /** Whether it may delegate: tokens with an `act` claim (RFC 8693 §4.1) are refused unless this is true. */
  readonly acceptActorClaim?: boolean;
  /**
   * The only people it may name, as subject or actor: those whose ids begin with this; everybody where it is absent. Of several
   * issuers each should have one, or the weakest of them can sign in whom the strongest vouches for.
   */
  readonly subjectPrefix?: string;
  /** Whether its tokens are refused that are not bound to their sender's key (RFC 9449): then a stolen one is worth nothing. */
  readonly requireSenderConstraint?: boolean;
}

/** Where the keys are. */
export type JwksSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string };

/**
 * Signatures with a private key only. With `none` anybody, and with HS* whoever may verify, could make tokens
 * (RFC 8725 §3.1, §3.2). `Ed25519` is the name RFC 9864 gives to what `EdDSA` means here.
 */
export const ISSUER_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** The trusted issuers are configured wrongly; the message lists every problem, for the operator. */
export class TrustedIssuerError extends Error {
  override readonly name = 'TrustedIssuerError';
}

/** Refuses a list of issuers that is not safe or not clear. @throws TrustedIssuerError listing every problem at once */
export function checkTrustedIssuers(issuers: readonly TrustedIssuer[]): void {
  const names = issuers.map(({ issuer }) => issuer);
  const problems = issuers.flatMap((trusted, index) => [
    ...problemsOf(trusted),
    ...(names.indexOf(trusted.issuer) === index ? [] : [`${trusted.issuer}: it is configured twice`]),
  ]);
  if (problems.length > 0) throw new TrustedIssuerError(`The trusted issuers are not valid: ${problems.join('; ')}.`);
}

/** Where an issuer's keys are to be read from. @throws TrustedIssuerError for a place keys are never read from */
export function jwksSourceOf({ issuer, jwks }: TrustedIssuer): JwksSource {
  // The place itself is not quoted: a URL may hold a credential.
  if (jwks === '') throw new TrustedIssuerError(`${issuer}: jwks is empty`);
  // A scheme has two letters or more: one alone is a drive of Windows.
  if (!/^[a-z][a-z\d+.-]+:/i.test(jwks)) return { kind: 'file', path: jwks };
  if (!URL.canParse(jwks)) throw new TrustedIssuerError(`${issuer}: jwks is not a valid URL`);
  const url = new URL(jwks);
  if (url.protocol === 'file:') return { kind: 'file', path: fileURLToPath(url) };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TrustedIssuerError(`${issuer}: jwks must be an http(s) URL or a file`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TrustedIssuerError(`${issuer}: jwks must not hold a user name or password`);
  }
  return { kind: 'url', url: url.href };
}

function problemsOf(trusted: TrustedIssuer): readonly string[] {
  const { issuer, algorithms } = trusted;
  const problems: string[] = [];
  if (issuer === '') problems.push('an issuer has no name');
  const audiences = audiencesOf(trusted);
  if (audiences.length === 0 || audiences.includes('')) problems.push(`${issuer}: an audience is missing or empty`);
  if (trusted.subjectPrefix === '') problems.push(`${issuer}: subjectPrefix is empty`);
  if (algorithms.length === 0) problems.push(`${issuer}: no algorithm is allowed`);
  for (const algorithm of algorithms) {
    if (!(ISSUER_ALGORITHMS as readonly string[]).includes(algorithm)) {
      problems.push(`${issuer}: the algorithm ${algorithm} must not be trusted (use ${ISSUER_ALGORITHMS.join(', ')})`);
    }
  }
  try {
    jwksSourceOf(trusted);
  } catch (error) {
    problems.push(error instanceof TrustedIssuerError ? error.message : `${issuer}: jwks is not valid`);
  }
  return problems;
}

/** The audiences of an issuer as a list. */
export function audiencesOf({ audience }: TrustedIssuer): readonly string[] {
  return typeof audience === 'string' ? [audience] : audience;
}
