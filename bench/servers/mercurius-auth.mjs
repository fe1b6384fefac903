import jwt from '@fastify/jwt';
import mercuriusAuth from 'mercurius-auth';
import { listenFastify } from './listen.mjs';
import { createMercurius, guardDefinition } from './mercurius-server.mjs';

/** Mercurius with its JIT, mercurius-auth for the role, @fastify/jwt with its cache of verified tokens. No revocation, no record. */
export async function start({ trust }) {
  const app = await createMercurius({ guard: '@auth(requires: USER)', definitions: guardDefinition });
  await app.register(jwt, {
    secret: { public: trust.eddsaPem },
    sign: { algorithm: 'EdDSA' },
    verify: { algorithms: ['EdDSA'], allowedIss: trust.issuer, allowedAud: trust.audience, cache: 10_000 },
  });
  await app.register(mercuriusAuth, {
    async authContext(context) {
      try {
        return { roles: (await context.reply.request.jwtVerify()).roles };
      } catch {
        return { roles: [] };
      }
    },
    async applyPolicy(directive, _parent, _args, context) {
      const required = directive.arguments.find(({ name }) => name.value === 'requires').value.value;
      return context.auth.roles.includes(required);
    },
    authDirective: 'auth',
  });
  return listenFastify(app);
}
