import { createContext, useContext } from 'react';
import type { Client } from './client.js';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('There is no GraphQL client above this component.');
  return client;
}
