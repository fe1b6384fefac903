import { redactText } from '../platform/redact-text.js';
import type { Environment } from './config.js';
import { OPTIONS } from './options.js';

/** One setting as an operator may see it. */
export interface ShownSetting {
  readonly name: string;
  /** Without anything secret. */
  readonly value: string;
  readonly from: 'environment' | 'default';
  readonly unit: string | null;
}

/** Every setting in the order of docs/configuration.md: what it is, and whether somebody has set it. */
export function shownSettings(environment: Environment): readonly ShownSetting[] {
  return Object.values(OPTIONS).map(({ name, unit, byDefault, secret }) => {
    const given = environment[name]?.trim() ?? '';
    if (given === '') return { name, unit, from: 'default', value: byDefault.replaceAll('`', '') };
    return { name, unit, from: 'environment', value: secret ? '(set; not shown)' : withoutSecrets(given) };
  });
}

/** Also the query of an address may be a key. */
function withoutSecrets(value: string): string {
  return redactText(value).replace(/(https?:\/\/[^\s"?]*)\?[^\s",]*/gi, '$1?[REDACTED]');
}
