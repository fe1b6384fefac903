import type { QueryClient } from '@tanstack/react-query';
import { QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { type ConsoleConfig, ConsoleConfigContext } from '../config/console-config.js';
import type { Client } from '../graphql/client.js';
import { ClientContext } from '../graphql/client-context.js';
import { IdentityContext } from '../identity/identity-context.js';
import type { IdentityStore } from '../identity/identity-store.js';
import { Shell } from './shell.js';

export interface AppProps {
  readonly config: ConsoleConfig;
  readonly identity: IdentityStore;
  readonly client: Client;
  readonly queries: QueryClient;
  /** Why the person is not signed in although they have been at the identity provider. */
  readonly signInProblem: string | null;
}

export function App({ config, identity, client, queries, signInProblem }: AppProps) {
  return (
    <ConsoleConfigContext value={config}>
      <IdentityContext value={identity}>
        <ClientContext value={client}>
          <QueryClientProvider client={queries}>
            <Router base="/console">
              <Shell signInProblem={signInProblem} />
            </Router>
          </QueryClientProvider>
        </ClientContext>
      </IdentityContext>
    </ConsoleConfigContext>
  );
}
