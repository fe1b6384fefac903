import { ActingAs } from './acting-as.js';
import { Customers } from './customers.js';
import { IdentityProvider, useIdentity } from './identity.js';

export interface AppProps {
  /** The gateway's GraphQL address. */
  readonly endpoint: string;
  /** From your own sign-in. */
  readonly sessionToken: string;
}

/** An application that lets its staff act as a customer. */
export function App({ endpoint, sessionToken }: AppProps) {
  return (
    <IdentityProvider sessionToken={sessionToken}>
      <ActingAs endpoint={endpoint} />
      <Pages endpoint={endpoint} />
    </IdentityProvider>
  );
}

/** What one identity was shown is not kept for the other: with another token everything is made anew. */
function Pages({ endpoint }: { readonly endpoint: string }) {
  const { effectiveToken } = useIdentity();
  return <Customers key={effectiveToken} endpoint={endpoint} />;
}
