export type { Connection } from './connection.js';
export { type ContextParts, type CreateContext, createContextFactory } from './create-context.js';
export type { GatewayContext, Services } from './gateway-context.js';
export type { RequestLog } from './request-log.js';
export { unstoredEnds } from './unstored-ends.js';
export { withUnstoredEnd } from './with-unstored-end.js';
