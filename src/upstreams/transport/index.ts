export {
  createUpstreamTransport,
  type UpstreamTransport,
  type UpstreamTransportDependencies,
} from './create-transport.js';
export { UpstreamFailure } from './upstream-failure.js';
