import type { PresentedToken } from '../tokens/index.js';

/**
 * What a request shows of who it is: a bearer token, as it is; or a token with a proof that its sender holds the key it is bound to
 * (RFC 9449). Of the latter there is one object for each request or connection, since the proof counts once, and for as long as it lasts.
 */
export type Credential = string | PresentedToken;
