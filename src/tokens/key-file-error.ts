/** The signing keys cannot be used. The message is for the operator: it says what to mend and never quotes a key. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}
