/** The store did not answer, or whether it carried the write out is not known. The cause is for the log alone. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** An event with this id is stored already, with another hash: the chain has been tampered with or forked. */
export class EventConflictError extends Error {
  override readonly name = 'EventConflictError';
  constructor(readonly eventId: string) {
    super(`the event ${eventId} is already stored with different content`);
  }
}

/** The store cannot be opened at all: a corrupt file, no permission, a wrong version. Shown to the operator at start. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError';
}
