/**
 * What an application that runs the gateway in its own process imports: `createGateway(readConfig(process.env), {hostModules})`.
 */
export { createGateway, type Gateway, type GatewayPorts } from './app.js';
export { type Config, ConfigError, type Environment, readConfig } from './config/index.js';
export type { GatewayContext } from './context/index.js';
export type { User } from './domain/user.js';
export { type ErrorCode, GatewayError } from './errors/index.js';
export type { HostModule } from './host-module.js';
export type { SpanAttributes, SpanOptions, TracedSpan, Tracing } from './platform/tracing.js';
export type { Store } from './stores/index.js';
