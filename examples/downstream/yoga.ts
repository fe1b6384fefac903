// In a service of yours: from 'impersonation-gateway/downstream'.
import { IdentityError, type VerifiedIdentity, type VerifyIdentity } from '../../src/downstream/index.js';

/** The part of Yoga's `onRequest` that is used. */
export interface OnRequest {
  readonly request: Request;
  endResponse(response: Response): void;
}

/**
 * What GraphQL Yoga needs: `const {plugin, context} = identityOf(verifyIdentity); createYoga({schema, plugins: [plugin], context})`.
 * The plugin refuses before anything is parsed; resolvers read `context.viewer`, `context.actor`, `context.impersonation`.
 */
export function identityOf(verifyIdentity: VerifyIdentity) {
  const identities = new WeakMap<Request, VerifiedIdentity>();
  return {
    plugin: {
      async onRequest({ request, endResponse }: OnRequest): Promise<void> {
        try {
          identities.set(request, await verifyIdentity(request));
        } catch (error) {
          if (!(error instanceof IdentityError)) throw error;
          const body = { errors: [{ message: error.message, extensions: { code: error.code } }] };
          endResponse(Response.json(body, { status: error.status }));
        }
      },
    },
    context({ request }: { readonly request: Request }): VerifiedIdentity {
      const identity = identities.get(request);
      // Without the plugin nobody would have been checked: that must not pass as anonymous.
      if (identity === undefined) throw new Error('The identity of this request was not verified.');
      return identity;
    },
  };
}
