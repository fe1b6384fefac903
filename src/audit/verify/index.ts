export { anchorLineReader } from './anchor-line.js';
export {
  type EventStretch,
  FAULT_KINDS,
  FAULT_TRAITS,
  type Fault,
  type FaultFamily,
  type FaultKind,
  type FaultListener,
  type FaultPlace,
} from './fault.js';
export { anchorFile, exportFile, gatewayKeysFile } from './files.js';
export { type GatewayKeys, readGatewayKeys, VerifyInputError } from './gateway-keys.js';
export { joinedEvents } from './joined-events.js';
export { type ProgressOutput, startProgress } from './progress.js';
export { watchPruning } from './pruned-meanwhile.js';
export { verdictJson, verdictText } from './report.js';
export { coverageReader } from './seal-body.js';
export { type StoredEventSource, type StoredSealSource, storedEvents, storedSeals } from './store-inputs.js';
export type { TrailEvent } from './trail-event.js';
export { LIMITS, type Limit, type Verdict } from './verdict.js';
export { type VerifiableStore, verifyStore } from './verify-store.js';
export {
  type EventBatch,
  type Input,
  PrunedMeanwhileError,
  type TrailInputs,
  type VerifyOptions,
  verifyTrail,
} from './verify-trail.js';
