import { BSON, MongoCompatibilityError, MongoServerError } from 'mongodb';
import { StoreUnavailableError, StoreUnusableError } from '../../errors/index.js';

const DUPLICATE_KEY = 11_000;
const UNAUTHORIZED = 13;
const NAMESPACE_NOT_FOUND = 26;
/** FailedToParse, InvalidOptions, IDLUnknownField */
const OPTION_REFUSED = [9, 72, 40_415];

/** Whether a unique index refused the write. A write that failed in other ways too does not count: its outcome is open. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Whether the server refused because this database user lacks the right. */
export function mayNot(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === UNAUTHORIZED;
}

/** Whether the collection that was asked about does not exist. */
export function noSuchCollection(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND;
}

/** Whether the server does not know an option of the command. */
export function knowsNoSuchOption(error: unknown): boolean {
  return error instanceof MongoServerError && OPTION_REFUSED.includes(Number(error.code));
}

/**
 * What a caller of the store gets to see of a failed operation. The driver's error stays the cause, for the log; the message
 * names neither address nor credentials.
 * @param what the operation, e.g. `events.append`.
 */
export function unavailable(what: string, error: unknown): StoreUnavailableError {
  const answer = serverAnswer(error);
  const message = answer === null ? `MongoDB did not answer ${what}` : `MongoDB refused ${what} (${answer})`;
  return new StoreUnavailableError(message, { cause: error });
}

/** Why a start cannot go on: the server refused (unusable), or it was not there (unavailable, worth another try). */
export function openingFailure(what: string, error: unknown): Error {
  for (const link of causes(error)) {
    if (link instanceof MongoCompatibilityError) {
      return new StoreUnusableError('The MongoDB server is too old or too new for this gateway.', { cause: error });
    }
  }
  const answer = serverAnswer(error);
  if (answer === null) return unavailable(what, error);
  return new StoreUnusableError(`MongoDB refused ${what} (${answer}). Check the database user and its rights.`, {
    cause: error,
  });
}

/**
 * Whether the error shows a mistake in this program. Everything else counts as the server's or the network's: the driver lets
 * some errors of a broken socket through as they are.
 */
export function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof BSON.BSONError;
}

/** The server's own name for its refusal, such as `Unauthorized`; null where it gave no answer. Never its free text. */
export function serverAnswer(error: unknown): string | null {
  for (const link of causes(error)) {
    // The driver wraps what the network did to a bulk write in an error of this kind, too; that one has no code.
    if (link instanceof MongoServerError && link.code !== undefined) return link.codeName ?? `code ${link.code}`;
  }
  return null;
}

function* causes(error: unknown): Generator<unknown> {
  for (let link = error, depth = 0; link instanceof Error && depth < 8; link = link.cause, depth += 1) yield link;
}
