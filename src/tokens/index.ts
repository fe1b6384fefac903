export {
  type ActorTokenMinter,
  type ActorTokenParties,
  type ActorTokenRequest,
  createActorTokenMinter,
} from './actor-token-minter.js';
export { type ActorTokenClaims, type ActorTokenVerifier, createActorTokenVerifier } from './actor-token-verifier.js';
export { type ActClaim, CLOCK_TOLERANCE_MS, type TokenAccess } from './claims.js';
export { MAX_TOKEN_LENGTH, peekIssuer } from './compact-token.js';
export { isThumbprint } from './confirmation.js';
export { generateSigningKeys } from './generate-keys.js';
export {
  type AssertedIdentity,
  assertedIdentity,
  IDENTITY_ASSERTION_TYP,
  MAX_ASSERTION_SECONDS,
} from './identity-assertion-claims.js';
export {
  createIdentityAssertionMinter,
  type IdentityAssertion,
  type IdentityAssertionMinter,
  type IdentityAssertionParties,
  type IdentityAssertionRequest,
} from './identity-assertion-minter.js';
export { FILE_TIMING, URL_TIMING } from './key-cache.js';
export {
  KeyFileExistsError,
  keepInKeyFile,
  readKeyFile,
  readOrCreateKeyFile,
  replaceKeyFile,
  writeNewKeyFile,
} from './key-file.js';
export { KeyFileError } from './key-file-error.js';
export { type RetiredKeys, type RetireRequest, retireKey, rotateKeys } from './key-rotation.js';
export { type Keyring, loadKeyring, type PublicJwks, type VerifyKey } from './keyring.js';
export { probeIssuerKeys } from './probe-issuer.js';
export { type ProofRefusalReason, proofRefusal, proofRefusalReasonOf, refusedWhileReading } from './proof-refusal.js';
export { PROOF_ALGORITHMS } from './proof-token.js';
export {
  type Bound,
  createProofVerifier,
  type PresentedToken,
  type ProofVerifier,
  type ProofVerifierOptions,
} from './proof-verifier.js';
export {
  expiredSessionOf,
  type RefusalReason,
  refusalReasonOf,
  senderRefusal,
} from './refusal.js';
export { type KeyChange, PUBLISHED_FIRST_MS, RotatingKeyring } from './rotating-keyring.js';
export type { DelegatedActor, SessionTokenClaims } from './session-token-claims.js';
export { mintSessionToken, type SessionTokenRequest } from './session-token-minter.js';
export { SIGNING_ALGORITHMS, type SigningAlgorithm } from './signing-algorithm.js';
export {
  audiencesOf,
  checkTrustedIssuers,
  ISSUER_ALGORITHMS,
  type TrustedIssuer,
  TrustedIssuerError,
} from './trusted-issuer.js';
export { createTrustedIssuers, type TrustedIssuers, type TrustedIssuersOptions } from './trusted-issuers.js';
export { tokenDigest } from './verified-tokens.js';
