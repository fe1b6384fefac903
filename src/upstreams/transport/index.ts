export {
  createUpstreamTransport,
  type UpstreamTransport,
  type UpstreamTransportDependencies,
} from './create-transport.js';
