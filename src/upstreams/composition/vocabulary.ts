import type { DocumentNode } from 'graphql';
import { COST_DIRECTIVES } from '../../../directives/declared-cost.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { readLinks } from './links.js';

/** Directives of Federation that demand roles of a kind; what they mean here is configured. */
export const FEDERATION_DEMANDS = ['requiresScopes', 'policy'] as const;
/** Directives of Federation by which a field is read in another way or answered by another service, or a rule carried on. */
const FEDERATION_OTHERS = ['requires', 'provides', 'fromContext', 'composeDirective', 'override'] as const;

const FEDERATION = /^https:\/\/specs\.apollo\.dev\//;
const RULES: readonly string[] = [...DIRECTIVES.map(({ name }) => name), ...FEDERATION_DEMANDS];
const COSTS: readonly string[] = COST_DIRECTIVES;
const MEANINGFUL: readonly string[] = [...RULES, ...COSTS, ...FEDERATION_OTHERS];

/** What the directives of one schema mean, whatever they are called there. */
export interface Vocabulary {
  /** The name we know a directive by; null where it has no meaning for us. */
  meaningOf(name: string): string | null;
  /** Whether it states a rule. */
  isRule(name: string): boolean;
  /** Whether it declares a cost. */
  isCost(name: string): boolean;
  /** What is wrong with the schema's links: names that would hide a rule, or pass for one. */
  readonly faults: readonly string[];
}

/**
 * A directive means what its name says, imported or not, linked or not (as in Federation 1): a rule that stands there for
 * nothing is not imagined. Besides, it means what a `@link` imports under another name, from wherever, and what stands behind a
 * link's prefix. A foreign directive imported under the name of a rule is a fault.
 */
export function readVocabulary(document: DocumentNode): Vocabulary {
  const { links, faults } = readLinks(document);
  const meanings = new Map(MEANINGFUL.map((name) => [name, name]));
  const found: string[] = [...faults];
  for (const { url, specification, prefix, directives } of links) {
    const known = FEDERATION.test(url) ? MEANINGFUL : RULES;
    if (prefix !== null && known.includes(specification ?? '')) meanings.set(prefix, String(specification));
    if (prefix !== null) for (const name of known) meanings.set(`${prefix}__${name}`, name);
    for (const { name, as } of directives) {
      if (known.includes(name)) meanings.set(as, name);
      if (RULES.includes(as) && name !== as) found.push(`calls @${name} of ${url} @${as}, which is the name of a rule`);
    }
  }
  return {
    meaningOf: (name) => meanings.get(name) ?? null,
    isRule: (name) => RULES.includes(meanings.get(name) ?? ''),
    isCost: (name) => COSTS.includes(meanings.get(name) ?? ''),
    faults: found,
  };
}
