import type { Answer } from './sighting.js';

const SESSION = '{ id status access expiresAt subjectId actorId subject { name } actor { name } }';

/** The documents that are sent, as docs/banner.md names them. */
export const LOOK = `query ImpersonationBanner { impersonation ${SESSION} }`;
export const LOOK_AS_ACTOR = `query ImpersonationBannerOwn($id: ID!) { impersonationSession(id: $id) ${SESSION} }`;
export const STOP =
  'mutation ImpersonationBannerStop { stopImpersonation { session { id status endedAt } viewer { id name email roles } } }';

/**
 * Asks the gateway. The token goes into the header alone, with no cookies, and never after a redirect to elsewhere. What was sent is
 * carried to its end even where the page is left: a stop must arrive.
 * @throws where there is no answer
 */
export async function ask(
  endpoint: string,
  token: string,
  query: string,
  signal: AbortSignal,
  variables?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    credentials: 'omit',
    redirect: 'error',
    keepalive: true,
    signal,
  });
  return { body: await response.json(), date: response.headers.get('date') };
}
