/** One reason why services cannot be served together. */
export interface CompositionProblem {
  /** The service it comes from; null where it is about all of them together. */
  readonly service: string | null;
  /** Where, as a schema coordinate; null where it is about the schema as a whole. */
  readonly coordinate: string | null;
  readonly message: string;
}

/** The schemas of the services do not fit together, or a rule in one of them could not be held. Every problem there is. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';
  readonly problems: readonly CompositionProblem[];

  constructor(problems: readonly CompositionProblem[]) {
    const lines = problems.map(({ service, coordinate, message }) => {
      const place = [service === null ? null : `service "${service}"`, coordinate].filter((part) => part !== null);
      return `  ${place.length === 0 ? '' : `${place.join(', ')}: `}${message}`;
    });
    super(`The services cannot be served together:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
