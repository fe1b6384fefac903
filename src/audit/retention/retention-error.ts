/** Something that was asked for is refused, and nothing was changed: a sentence for the operator. */
export class RetentionError extends Error {
  override readonly name = 'RetentionError';
}
