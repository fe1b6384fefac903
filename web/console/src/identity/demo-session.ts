import { Unreachable } from '../graphql/refusal.js';

/** A session token of the built-in development issuer; production has neither. */
export async function demoToken(userId: string): Promise<string> {
  try {
    const response = await fetch('/dev/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId }),
      credentials: 'omit',
      redirect: 'error',
    });
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string')
      return body.token;
  } catch (error) {
    throw new Unreachable({ cause: error });
  }
  throw new Unreachable();
}
