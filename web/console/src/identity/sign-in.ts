import { graphql } from '../generated/gql.js';
import type { Client } from '../graphql/client.js';
import type { OwnSession } from './identity.js';
import { randomId } from './random-id.js';

const SignIn = graphql(`
  query SignIn {
    viewer {
      id
      name
      email
      roles
    }
    impersonation {
      id
    }
  }
`);

/** The token is not one to sign in with. */
export class NotASessionToken extends Error {
  override readonly name = 'NotASessionToken';
}

/** Whose token this is. Throws a refusal where the gateway does not accept it. */
export async function readOwnSession(client: Client, pasted: string): Promise<OwnSession> {
  const token = pasted.trim().replace(/^Bearer\s+/i, '');
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    throw new NotASessionToken('A session token is three parts with dots between them. This is not one.');
  }
  const caller = { key: 'sign-in', token };
  const { viewer, impersonation } = await client.ask({ document: SignIn, variables: {} }, caller);
  if (viewer === null || impersonation !== null) {
    throw new NotASessionToken('This is an actor token of an impersonation. Sign in with your own session token.');
  }
  return { key: randomId(), token, person: viewer };
}
