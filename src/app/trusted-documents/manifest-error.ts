/** One thing that is wrong with the file that `TRUSTED_DOCUMENTS` names. */
export interface ManifestProblem {
  /** Where in the file: an id, `operations[2]`, or the file. */
  readonly place: string;
  readonly message: string;
}

/** The file cannot be used. Every problem there is. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';

  constructor(readonly problems: readonly ManifestProblem[]) {
    super(
      `TRUSTED_DOCUMENTS cannot be used:\n${problems.map((each) => `  ${each.place}: ${each.message}`).join('\n')}`,
    );
  }
}
