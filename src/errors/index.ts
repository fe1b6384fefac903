export { ERROR_CATALOGUE, type ErrorCode, isErrorCode } from './catalogue.js';
export { GatewayError, type GatewayErrorOptions } from './gateway-error.js';
export { EventConflictError, StoreUnavailableError, StoreUnusableError } from './store-errors.js';
