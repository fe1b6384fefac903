import { createContext, type ReactNode, use, useMemo, useState } from 'react';

/** Who the application acts as. Both tokens are in memory alone: loading the page anew signs out. */
export interface Identity {
  /** The person's own session token. */
  readonly sessionToken: string;
  /** The token of `startImpersonation`; null: nobody is impersonated. */
  readonly actorToken: string | null;
  /** What requests are sent with. */
  readonly effectiveToken: string;
  /** Goes on with what `startImpersonation` answered. */
  impersonate(actorToken: string): void;
  /** Goes on as the person really signed in. The actor token is forgotten. */
  restore(): void;
}

const IdentityContext = createContext<Identity | null>(null);

export interface IdentityProviderProps {
  readonly sessionToken: string;
  readonly children: ReactNode;
}

export function IdentityProvider({ sessionToken, children }: IdentityProviderProps) {
  const [actorToken, setActorToken] = useState<string | null>(null);
  const identity = useMemo(
    (): Identity => ({
      sessionToken,
      actorToken,
      effectiveToken: actorToken ?? sessionToken,
      impersonate: setActorToken,
      restore: () => setActorToken(null),
    }),
    [sessionToken, actorToken],
  );
  return <IdentityContext value={identity}>{children}</IdentityContext>;
}

/** @throws Error outside of an IdentityProvider */
export function useIdentity(): Identity {
  const identity = use(IdentityContext);
  if (identity === null) throw new Error('useIdentity needs an IdentityProvider around it.');
  return identity;
}
