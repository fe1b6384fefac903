import {
  type ConstDirectiveNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  Kind,
  type StringValueNode,
  visit,
} from 'graphql';
import { readDeclaredCost } from '../../../directives/declared-cost.js';
import { type DirectiveUse, usesOn } from '../../../directives/directive-use.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { redefinitionProblem } from '../../../directives/rule-directive.js';
import type { CompositionProblem } from './composition-error.js';
import type { StatedCost } from './place-costs.js';
import { coordinatesIn } from './service-coordinates.js';
import { readVocabulary, type Vocabulary } from './vocabulary.js';

/** A rule as a service states it: the names are ours, whatever the service calls them. */
export interface StatedRule {
  readonly service: string;
  readonly coordinate: string;
  readonly use: DirectiveUse;
}

/** A field that a service works out from others, which it is sent: `@requires`. */
export interface RequiringField {
  readonly service: string;
  readonly coordinate: string;
  readonly typeName: string;
  readonly fieldSet: string;
}

/** A field below which a service delivers what is another's: `@provides`. */
export interface ProvidingField {
  readonly service: string;
  readonly coordinate: string;
  readonly fieldSet: string;
}

/** A field that a service takes over from another. */
export interface OverridingField {
  readonly service: string;
  readonly coordinate: string;
  /** Null where it is not a string. */
  readonly from: string | null;
}

export interface ServiceRules {
  readonly overriding: readonly OverridingField[];
  readonly stated: readonly StatedRule[];
  readonly requiring: readonly RequiringField[];
  readonly providing: readonly ProvidingField[];
  readonly costs: readonly StatedCost[];
  /** The schema without its rules and costs, which composition would drop, move or merge in ways of its own. */
  readonly document: DocumentNode;
  readonly problems: readonly CompositionProblem[];
}

/** Takes the rules out of the schema of one service, by coordinate of the composed schema. */
export function readServiceRules(service: string, document: DocumentNode): ServiceRules {
  const vocabulary = readVocabulary(document);
  const problems: CompositionProblem[] = [];
  const report = (coordinate: string | null, message: string) => problems.push({ service, coordinate, message });
  for (const fault of vocabulary.faults) report(null, fault);

  const stated: StatedRule[] = [];
  const requiring: RequiringField[] = [];
  const providing: ProvidingField[] = [];
  const overriding: OverridingField[] = [];
  const costs: StatedCost[] = [];
  for (const { coordinate, typeName, node } of coordinatesIn(document)) {
    const cost = readDeclaredCost(
      usesOn({ astNode: node }).flatMap(({ name, args }) =>
        vocabulary.isCost(name) ? [{ name: vocabulary.meaningOf(name) ?? name, args }] : [],
      ),
    );
    if (typeof cost === 'string') report(coordinate, cost);
    else if (cost !== null) costs.push({ service, coordinate, cost });
    for (const use of usesOn({ astNode: node })) {
      const name = vocabulary.meaningOf(use.name);
      if (name === null) continue;
      if (vocabulary.isRule(use.name) && typeName === '') report(coordinate, `@${use.name} has no effect here`);
      else if (vocabulary.isRule(use.name)) stated.push({ service, coordinate, use: { name, args: use.args } });
      else if (name === 'fromContext') {
        report(coordinate, '@fromContext would read a field around its rules, and is not supported');
      } else if (name === 'override') {
        overriding.push({ service, coordinate, from: stringOf(use.args.get('from')) });
      } else if (name === 'requires' || name === 'provides') {
        const fieldSet = stringOf(use.args.get('fields'));
        if (fieldSet === null) report(coordinate, `@${name} names its fields in no string`);
        else if (name === 'requires') requiring.push({ service, coordinate, typeName, fieldSet });
        else providing.push({ service, coordinate, fieldSet });
      }
    }
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) continue;
    const problem = definitionProblem(definition, vocabulary);
    if (problem !== null) report(`@${definition.name.value}`, problem);
  }
  return { stated, requiring, providing, overriding, costs, document: withoutRules(document, vocabulary), problems };
}

function stringOf(value: unknown): string | null {
  const node = value as StringValueNode | undefined;
  return node?.kind === Kind.STRING ? node.value : null;
}

/** What a definition of the service's own says against ours; of a directive that means nothing to us nothing is said. */
function definitionProblem(definition: DirectiveDefinitionNode, vocabulary: Vocabulary): string | null {
  const meaning = vocabulary.meaningOf(definition.name.value);
  const directive = DIRECTIVES.find(({ name }) => name === meaning);
  if (directive === undefined || isFederations(definition, directive.name)) return null;
  return redefinitionProblem(directive, { ...definition, name: { kind: Kind.NAME, value: directive.name } });
}

/** Federation's `@authenticated` means the same as ours, and may stand in more places. */
function isFederations(definition: DirectiveDefinitionNode, name: string): boolean {
  const places = ['FIELD_DEFINITION', 'OBJECT', 'INTERFACE', 'SCALAR', 'ENUM'];
  return (
    name === 'authenticated' &&
    !definition.repeatable &&
    (definition.arguments ?? []).length === 0 &&
    definition.locations.every(({ value }) => places.includes(value))
  );
}

function withoutRules(document: DocumentNode, vocabulary: Vocabulary): DocumentNode {
  const isTaken = (name: string) => vocabulary.isRule(name) || vocabulary.isCost(name);
  const carriesRule = (node: ConstDirectiveNode) =>
    vocabulary.meaningOf(node.name.value) === 'composeDirective' &&
    (node.arguments ?? []).some(({ value }) => value.kind === Kind.STRING && isTaken(value.value.replace(/^@/, '')));
  return visit(document, {
    Directive: (node) => (isTaken(node.name.value) || carriesRule(node as ConstDirectiveNode) ? null : undefined),
    DirectiveDefinition: (node) => (isTaken(node.name.value) ? null : undefined),
  });
}
