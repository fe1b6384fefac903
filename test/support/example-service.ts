import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createService } from '../../examples/downstream/node-http.js';
import { createVerifyIdentity, type VerifyIdentityOptions } from '../../src/downstream/index.js';

/** What a service behind the gateway says of a request with this `Authorization` (several where it is a list, none where null). */
export type AskService = (
  authorization: string | null,
) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

export function asker(url: string): AskService {
  return async (authorization) => {
    const response = await fetch(`${url}/me`, authorization === null ? {} : { headers: { authorization } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}

/** The example service on Node's http, listening on a free port. */
export async function startExampleService(
  options: VerifyIdentityOptions,
): Promise<{ readonly ask: AskService; readonly server: Server }> {
  const server = createService(createVerifyIdentity(options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { ask: asker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), server };
}
