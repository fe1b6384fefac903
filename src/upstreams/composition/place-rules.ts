import type { GraphQLSchema } from 'graphql';
import { DIRECTIVES } from '../../../directives/index.js';
import { combineRules, type FieldRule, OPEN_RULE } from '../../policy/index.js';
import type { CompositionProblem } from './composition-error.js';
import { type DemandMeanings, readDemand } from './demands.js';
import { canStand, hasElement, placeOf, reachability, spread } from './schema-places.js';
import type { StatedRule } from './service-rules.js';
import { FEDERATION_DEMANDS } from './vocabulary.js';

/** A rule that has to be in force in the schema that clients see. */
export interface HeldRule {
  readonly service: string;
  readonly coordinate: string;
  readonly rule: FieldRule;
}

export interface PlacedRules {
  /** What each element of the whole schema demands, by coordinate, inaccessible ones included. */
  readonly everywhere: ReadonlyMap<string, FieldRule>;
  /** The same for the elements that clients can reach, together with further rules. */
  shownWith(more: ReadonlyMap<string, FieldRule>): ReadonlyMap<string, FieldRule>;
  readonly held: readonly HeldRule[];
  readonly notes: readonly CompositionProblem[];
  readonly problems: readonly CompositionProblem[];
  /** Whose rules stand at a coordinate. */
  servicesAt(coordinate: string): readonly string[];
}

export interface PlacingOptions extends DemandMeanings {
  /** The roles that the composed schema knows. */
  readonly roles: readonly string[];
}

/** Finds for each stated rule the elements of the composed schema it has to stand on. */
export function placeRules(
  stated: readonly StatedRule[],
  whole: GraphQLSchema,
  shown: GraphQLSchema,
  options: PlacingOptions,
): PlacedRules {
  const everywhere: HeldRule[] = [];
  const held: HeldRule[] = [];
  const notes: CompositionProblem[] = [];
  const problems: CompositionProblem[] = [];
  const services = new Map<string, Set<string>>();
  const isReachedIn = reachability();

  for (const { service, coordinate, use } of stated) {
    const report = (message: string) => problems.push({ service, coordinate, message });
    const rule = ruleOf(use, options);
    if (typeof rule === 'string') {
      report(`@${use.name} ${rule}`);
      continue;
    }
    const place = placeOf(coordinate);
    if (place === null) {
      report(`@${use.name} has no effect here`);
      continue;
    }
    if (!hasElement(whole, place)) {
      // Services need not agree on arguments: one that not all of them have, no client can give.
      if (place.argument !== null && hasElement(whole, { ...place, argument: null })) {
        notes.push({ service, coordinate, message: 'is no argument of the composed schema' });
      } else report(`carries @${use.name}, but is not in the composed schema`);
      continue;
    }
    if (!canStand(whole, place)) {
      report(`@${use.name} has no effect here`);
      continue;
    }
    for (const target of place.member === null ? spread(whole, place.typeName, rule) : [coordinate]) {
      services.set(target, (services.get(target) ?? new Set()).add(service));
      if (isReachedIn(whole, target)) everywhere.push({ service, coordinate: target, rule });
      if (isReachedIn(shown, target)) held.push({ service, coordinate: target, rule });
      else notes.push({ service, coordinate: target, message: `carries @${use.name}, but no client can reach it` });
    }
  }

  return {
    everywhere: merged(everywhere),
    shownWith(more) {
      const reached = [...more].filter(([coordinate]) => isReachedIn(shown, coordinate));
      return merged([...held, ...reached.map(([coordinate, rule]) => ({ service: '', coordinate, rule }))]);
    },
    held,
    notes,
    problems: [...problems, ...contradictions(everywhere)],
    servicesAt: (coordinate) => [...(services.get(coordinate) ?? [])],
  };
}

function ruleOf(use: StatedRule['use'], options: PlacingOptions): FieldRule | string {
  if ((FEDERATION_DEMANDS as readonly string[]).includes(use.name)) return readDemand(use, options);
  return DIRECTIVES.find(({ name }) => name === use.name)?.read(use, options.roles) ?? 'is not known';
}

/** All rules of a coordinate hold. Blocking is stricter than hiding, and two services may say one each. */
function merged(rules: readonly HeldRule[]): ReadonlyMap<string, FieldRule> {
  const found = new Map<string, FieldRule>();
  for (const { coordinate, rule } of rules)
    found.set(coordinate, combineRules([found.get(coordinate) ?? OPEN_RULE, rule]));
  for (const [coordinate, rule] of found) {
    found.set(coordinate, { ...rule, sensitive: rule.sensitive && !rule.blockedWhileImpersonating });
  }
  return found;
}

/** One service that says both has made a mistake, as within one schema. */
function contradictions(rules: readonly HeldRule[]): readonly CompositionProblem[] {
  const blocks = new Set(
    rules.flatMap(({ service, coordinate, rule }) =>
      rule.blockedWhileImpersonating ? [`${service} ${coordinate}`] : [],
    ),
  );
  return rules.flatMap(({ service, coordinate, rule }) => {
    if (!rule.sensitive || !blocks.has(`${service} ${coordinate}`)) return [];
    return [{ service, coordinate, message: '@sensitive and @blockedWhileImpersonating contradict each other' }];
  });
}
