import { LRUCache } from 'lru-cache';
import type { Identity } from '../domain/identity.js';
import { assertedIdentity, type IdentityAssertion, type IdentityAssertionMinter } from '../tokens/index.js';

/** An assertion with less than this left is replaced before it is sent: a call under way must not see it expire. */
export const RENEWAL_MARGIN_MS = 15_000;

/** Assertions kept at most; beyond it the least recently used are minted again. About 1 KB each. */
const MOST_KEPT = 10_000;

export interface IdentityOnwardOptions {
  readonly minter: IdentityAssertionMinter;
  /** A fresh id for each assertion (`jti`). */
  readonly newId: () => string;
  /** Assertions kept at most; 10,000 by default. */
  readonly mostKept?: number;
  /** What the keys of the gateway are known by now: an assertion of other keys is not given again. One for good by default. */
  readonly keysInForce?: () => unknown;
}

/** `shared`: one assertion for many calls; `single-use`: one for each call, for a service that takes none twice. */
export type AssertionUse = 'shared' | 'single-use';

export interface IdentityOnward {
  /**
   * The assertion that tells one upstream who is in effect; null for an anonymous request, which carries none. Minted once for
   * all that is the same in who is in effect and who is acting, and given again until {@link RENEWAL_MARGIN_MS} before its end
   * or, where the credential behind it ends sooner, until that end. Callers at the same moment share one signature.
   * @param identity of the request, resolved and confirmed for it: an assertion already minted never keeps anybody in effect.
   * @param upstream the upstream's name: its `aud`, and nobody else's.
   * @param now milliseconds since the epoch
   * @param use `single-use` costs a signature for each call; `shared` by default
   * @throws GatewayError TOKEN_EXPIRED where the credential is over or in its last second, IMPERSONATION_ENDED where the session
   *   is not active. RangeError for an identity that contradicts itself, or an upstream without a name.
   */
  assertionFor(identity: Identity, upstream: string, now: number, use?: AssertionUse): Promise<string | null>;
}

interface Kept {
  readonly assertion: Promise<IdentityAssertion>;
  /** When it was asked for; a clock set back must not make an old one new. Milliseconds since the epoch. */
  readonly since: number;
  readonly keys: unknown;
  /** From then on another one is minted, milliseconds since the epoch; null while it is being signed. */
  renewAt: number | null;
}

/**
 * Who is in effect, told onward. Assertions are kept by what they say, not by the identity object: identities are made anew
 * with every reading of the directory, and what differs in a role, a session or an expiry is another assertion in any case.
 */
export function createIdentityOnward(options: IdentityOnwardOptions): IdentityOnward {
  const { minter, newId, mostKept = MOST_KEPT, keysInForce = () => null } = options;
  const kept = new LRUCache<string, Kept>({ max: mostKept });

  function mintAndKeep(key: string, identityExpiresAt: number, mint: () => Promise<IdentityAssertion>, now: number) {
    const entry: Kept = { assertion: mint(), since: now, keys: keysInForce(), renewAt: null };
    kept.set(key, entry);
    entry.assertion.then(
      ({ expiresAt }) => {
        // What ends with its credential cannot be had with a later end.
        const last = expiresAt + 1000 > identityExpiresAt;
        entry.renewAt = last ? expiresAt : expiresAt - RENEWAL_MARGIN_MS;
      },
      () => {
        if (kept.peek(key) === entry) kept.delete(key);
      },
    );
    return entry.assertion;
  }

  return {
    async assertionFor(identity, upstream, now, use = 'shared') {
      const asserted = assertedIdentity(identity);
      if (asserted === null || identity.kind === 'anonymous') return null;
      const { expiresAt: identityExpiresAt } = identity;
      const mint = () => minter.mint({ asserted, upstream, identityExpiresAt, jti: newId(), now });
      if (use === 'single-use') return (await mint()).token;
      // JSON keeps apart what concatenation would run together.
      const key = JSON.stringify([upstream, identityExpiresAt, asserted]);
      const known = kept.get(key);
      const isYoung = known !== undefined && now >= known.since && (known.renewAt === null || now < known.renewAt);
      if (isYoung && known.keys === keysInForce()) return (await known.assertion).token;
      return (await mintAndKeep(key, identityExpiresAt, mint, now)).token;
    },
  };
}
