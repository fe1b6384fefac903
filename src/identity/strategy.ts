import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ErrorCode } from '../errors/index.js';
import type { Sender } from './sender.js';

/**
 * Who is in effect and who is acting. `unconfirmed` is set where the directory or the sessions could not be asked and the
 * people are those last known: such an identity may end impersonations and nothing else.
 */
export interface ResolvedIdentity {
  readonly identity: Identity;
  readonly unconfirmed: ErrorCode | null;
}

/** One kind of credential. */
export interface IdentityStrategy {
  /** Whether a token that claims this issuer is this strategy's to judge. */
  accepts(issuer: string): boolean;
  /**
   * What `resolve` would give at once, from what is known and fresh, for a token it accepted before; null where something has
   * to be verified, asked or recorded first. Never throws.
   * @param digest the token's digest; see tokens/verified-tokens.ts
   * @param key the thumbprint of the key that this request has proven to hold; null, as by default: none. A token that is not bound to
   *   exactly this is not recalled: what was verified with a proof must not pass without one.
   */
  recall(digest: string, key?: string | null): ResolvedIdentity | null;
  /** Whether the token's signature was verified before: to judge it again costs none. @param digest as for `recall` */
  isKnown(digest: string): boolean;
  /**
   * @param digest of this very token, where it is known already
   * @param sender who has sent it, asked before anything is done by it; one without a proof by default
   * @throws GatewayError where the credential is not valid: the whole request is then refused.
   */
  resolve(token: string, request: RequestFacts, digest?: string, sender?: Sender): Promise<ResolvedIdentity>;
}
