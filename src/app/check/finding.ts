import type { Config, Environment } from '../../config/index.js';

/** What a check has found, in a sentence for the operator, which holds no secret. */
export interface Finding {
  /** `problem`: the gateway would not start, or not work. */
  readonly level: 'problem' | 'warning' | 'good';
  readonly message: string;
}

/** What there is to check. */
export interface Checked {
  readonly config: Config;
  readonly environment: Environment;
}

/** One look at one part, which changes nothing. What it throws counts as a problem. */
export type Check = (checked: Checked) => Promise<readonly Finding[]>;

export function problem(message: string): Finding {
  return { level: 'problem', message };
}

export function warning(message: string): Finding {
  return { level: 'warning', message };
}

export function good(message: string): Finding {
  return { level: 'good', message };
}
