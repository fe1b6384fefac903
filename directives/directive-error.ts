/** One thing that is wrong with how a schema uses the directives. */
export interface DirectiveProblem {
  /** Where, as a schema coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `@directive`. */
  readonly coordinate: string;
  readonly message: string;
}

/** The schema's directives do not mean what they seem to. Thrown at start, with every problem there is. */
export class DirectiveError extends Error {
  override readonly name = 'DirectiveError';
  readonly problems: readonly DirectiveProblem[];

  constructor(problems: readonly DirectiveProblem[]) {
    const lines = problems.map(({ coordinate, message }) => `  ${coordinate}: ${message}`);
    super(`The directives of this schema cannot be enforced as written:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
