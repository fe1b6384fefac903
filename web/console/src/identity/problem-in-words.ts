import { Refusal } from '../graphql/refusal.js';
import { inWords } from '../graphql/refusals-in-words.js';
import { NotASessionToken } from './sign-in.js';

/** Why a sign-in did not succeed. */
export function problemInWords(error: unknown): string {
  if (error instanceof NotASessionToken) return error.message;
  if (!(error instanceof Refusal)) return 'The gateway does not answer. Try again in a minute.';
  if (error.code === 'TOKEN_INVALID') {
    return 'The gateway does not accept this token. It may be from another issuer or for somebody it does not know.';
  }
  if (error.code === 'TOKEN_EXPIRED') return 'This token has expired. Get a new one from your identity provider.';
  const { sentence, next } = inWords(error);
  return `${sentence} ${next}`;
}
