/** One thing that is wrong with the file that `GATEWAY_CONFIG` names. */
export interface GatewayConfigProblem {
  /** Where in the file: `upstreams[2].url`, or a line. */
  readonly path: string;
  readonly message: string;
}

/** The file cannot be used. Every problem there is, and nothing of its values. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';
  readonly problems: readonly GatewayConfigProblem[];

  constructor(problems: readonly GatewayConfigProblem[]) {
    super(`GATEWAY_CONFIG cannot be used:\n${problems.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`);
    this.problems = problems;
  }
}
