export { createActorTokenStrategy } from './actor-token-strategy.js';
export type { Credential } from './credential.js';
export { createCredentialGate } from './credential-gate.js';
export { createRefusalRecorder } from './record-refusal.js';
export { createResolveIdentity, type ResolveIdentity } from './resolve-identity.js';
export { createSenders } from './sender.js';
export { createSessionTokenStrategy } from './session-token-strategy.js';
export { createSignInLog } from './sign-in-log.js';
export type { IdentityStrategy, ResolvedIdentity } from './strategy.js';
