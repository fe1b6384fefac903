import { createContext, useContext } from 'react';
import type { Role } from '../generated/graphql.js';

/** What the gateway says of itself at `/console/config.json`. Nothing in it is secret. */
export interface ConsoleConfig {
  readonly graphqlPath: string;
  readonly streamPath: string;
  readonly exportPath: string;
  readonly production: boolean;
  /** Where anybody may sign in as one of these: development alone. */
  readonly demoUsers: readonly DemoUser[] | null;
  readonly oidc: OidcConfig | null;
  readonly impersonation: { readonly defaultSeconds: number; readonly maxSeconds: number };
  /** Whether the example shop is served: its orders are then shown in "View as". */
  readonly example: boolean;
}

export interface DemoUser {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
}

export const ConsoleConfigContext = createContext<ConsoleConfig | null>(null);

export function useConsoleConfig(): ConsoleConfig {
  const config = useContext(ConsoleConfigContext);
  if (config === null) throw new Error('There is no configuration above this component.');
  return config;
}

/** Throws where the gateway does not answer. */
export async function loadConsoleConfig(): Promise<ConsoleConfig> {
  const response = await fetch('/console/config.json', { cache: 'no-store', credentials: 'omit' });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return (await response.json()) as ConsoleConfig;
}
