import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseType,
  print,
  type ScalarTypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import type { ComposedService } from './compose.js';
import { CompositionError } from './composition-error.js';
import { type Mark, marksOn } from './join-marks.js';
import { readLinks } from './links.js';
import { readVocabulary, type Vocabulary } from './vocabulary.js';

export interface Subgraphs {
  /** By the names they have in the supergraph. */
  readonly services: readonly ComposedService[];
  /**
   * Whether the supergraph states any rule. Composition drops directives that it was not asked to keep, before anybody here
   * sees them: of a supergraph without rules it cannot be said whether its services state none.
   */
  readonly hasRules: boolean;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires", "@provides",
  "@external", "@override", "@shareable", "@inaccessible", "@interfaceObject"])`;

type TypeNode =
  | ObjectTypeDefinitionNode
  | InterfaceTypeDefinitionNode
  | UnionTypeDefinitionNode
  | EnumTypeDefinitionNode
  | InputObjectTypeDefinitionNode
  | ScalarTypeDefinitionNode;

/**
 * Takes a composed supergraph apart into the schemas of its services, so that they can be composed again with the gateway's own.
 * Every rule that the supergraph states stands, under the name we know it by, in each of the schemas that have the element. Its
 * addresses are not read.
 * @param from what messages call the supergraph
 * @throws CompositionError where it is no supergraph of Federation 2, or uses what cannot be taken apart.
 */
export function subgraphsOf(from: string, supergraphSdl: string): Subgraphs {
  const refuse = (message: string) => new CompositionError([{ service: from, coordinate: null, message }]);
  let document: DocumentNode;
  try {
    document = parse(supergraphSdl, { noLocation: true });
  } catch (error) {
    throw refuse(`its supergraph is no SDL: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
  const graphs = graphsOf(document);
  if (graphs.size === 0) throw refuse('its supergraph names no services: it is none of Federation 2');
  const vocabulary = readVocabulary(document);
  if (vocabulary.faults.length > 0) throw refuse(`its supergraph ${vocabulary.faults.join('; ')}`);
  const renamed = readLinks(document).links.some(
    ({ specification, prefix, directives }) =>
      (specification === 'inaccessible' && prefix !== 'inaccessible') ||
      directives.some(({ name, as }) => name === 'inaccessible' && as !== name),
  );
  if (renamed) throw refuse('its supergraph calls @inaccessible by another name, which is not supported');
  const marks = new Set(document.definitions.flatMap((node) => allMarks(node)).map(({ name }) => name));
  for (const unknown of ['join__directive', 'join__owner', 'context', 'fromContext']) {
    if (marks.has(unknown)) throw refuse(`its supergraph uses @${unknown}, which is not supported`);
  }
  const types = document.definitions.filter(isOfServices);
  const carried = document.definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION ? carriedDefinition(node, vocabulary) : [],
  );
  const services = [...graphs].map(([graph, name]) => {
    const own = types.flatMap((node) => partOf(node, graph, vocabulary) ?? []);
    return { name, sdl: [LINK, ...[...carried, ...own].map((node) => print(node))].join('\n') };
  });
  const rules = [...marks].filter((name) => vocabulary.isRule(name));
  return { services, hasRules: rules.length > 0 };
}

/** The services' names by the enum values that stand for them. */
function graphsOf(document: DocumentNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const value of node.values ?? []) {
      const name = marksOn(value.directives).find((mark) => mark.name === 'join__graph')?.args.name;
      if (name !== undefined) found.set(value.name.value, name);
    }
  }
  return found;
}

function isOfServices(node: DefinitionNode): node is TypeNode {
  const kinds: readonly string[] = [
    Kind.OBJECT_TYPE_DEFINITION,
    Kind.INTERFACE_TYPE_DEFINITION,
    Kind.UNION_TYPE_DEFINITION,
    Kind.ENUM_TYPE_DEFINITION,
    Kind.INPUT_OBJECT_TYPE_DEFINITION,
    Kind.SCALAR_TYPE_DEFINITION,
  ];
  return kinds.includes(node.kind);
}

function allMarks(node: DefinitionNode): readonly Mark[] {
  const own = 'directives' in node ? marksOn((node.directives ?? []) as readonly ConstDirectiveNode[]) : [];
  const values = 'values' in node ? node.values : undefined;
  const fields = 'fields' in node ? node.fields : undefined;
  const members = [...(values ?? []), ...(fields ?? [])].flatMap((member) => [
    ...marksOn(member.directives),
    ...('arguments' in member ? (member.arguments ?? []).flatMap((argument) => marksOn(argument.directives)) : []),
  ]);
  return [...own, ...members];
}

/** Rules as they are defined, to be looked at, and what clients may write into their documents. */
function carriedDefinition(node: DirectiveDefinitionNode, vocabulary: Vocabulary): readonly DirectiveDefinitionNode[] {
  const isKnown = vocabulary.isRule(node.name.value) || vocabulary.isCost(node.name.value);
  const meaning = isKnown ? vocabulary.meaningOf(node.name.value) : null;
  // Federation's own are known, and their scalars are in no service.
  if (meaning === 'requiresScopes' || meaning === 'policy') return [];
  if (meaning !== null) return [{ ...node, name: { kind: Kind.NAME, value: meaning } }];
  const executable = node.locations.every(({ value }) => EXECUTABLE.includes(value));
  return executable ? [node] : [];
}

const EXECUTABLE: readonly string[] = [
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
];

/** What one service has of a type; null where it has none of it. */
function partOf(node: TypeNode, graph: string, vocabulary: Vocabulary): DefinitionNode | null {
  const marks = marksOn(node.directives);
  const here = marks.filter(({ name, args }) => name === 'join__type' && args.graph === graph);
  if (here.length === 0) return null;
  const keys = here.flatMap(({ args: { key, resolvable } }) =>
    key === undefined
      ? []
      : [directive('key', { fields: text(key), ...(resolvable === 'false' ? { resolvable: FALSE } : {}) })],
  );
  const directives = [...kept(node.directives, vocabulary), ...keys];
  switch (node.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return { ...node, directives };
    case Kind.ENUM_TYPE_DEFINITION: {
      const values = (node.values ?? []).filter(({ directives: stated }) =>
        isHere(marksOn(stated), 'join__enumValue', graph),
      );
      return {
        ...node,
        directives,
        values: values.map((each) => ({ ...each, directives: kept(each.directives, vocabulary) })),
      };
    }
    case Kind.UNION_TYPE_DEFINITION: {
      const members = marks.filter(({ name, args }) => name === 'join__unionMember' && args.graph === graph);
      const types = (node.types ?? []).filter(
        ({ name }) => members.length === 0 || members.some(({ args }) => args.member === name.value),
      );
      return { ...node, directives, types };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const fields = (node.fields ?? []).filter((field) => isHere(marksOn(field.directives), 'join__field', graph));
      return { ...node, directives, fields: fields.map((field) => inputOf(field, graph, vocabulary)) };
    }
    default: {
      const interfaces = marks.flatMap(({ name, args }) =>
        name === 'join__implements' && args.graph === graph ? [args.interface ?? ''] : [],
      );
      const isInterfaceObject = here.some(({ args }) => args.isInterfaceObject === 'true');
      const kind = isInterfaceObject ? Kind.OBJECT_TYPE_DEFINITION : node.kind;
      return {
        ...node,
        kind,
        interfaces: interfaces.map((name) => ({ kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } })),
        directives: [
          ...directives,
          ...(isInterfaceObject ? [directive('interfaceObject')] : []),
          // What two of them have, they have agreed to share: else the supergraph would not be.
          ...(kind === Kind.OBJECT_TYPE_DEFINITION ? [directive('shareable')] : []),
        ],
        fields: (node.fields ?? []).flatMap((field) => fieldOf(field, graph, vocabulary)),
      } as DefinitionNode;
    }
  }
}

/** Of which nothing is said is everywhere. */
function isHere(marks: readonly Mark[], name: string, graph: string): boolean {
  const stated = marks.filter((mark) => mark.name === name);
  return stated.length === 0 || stated.some(({ args }) => args.graph === graph);
}

function fieldOf(node: FieldDefinitionNode, graph: string, vocabulary: Vocabulary): readonly FieldDefinitionNode[] {
  const stated = marksOn(node.directives).filter(({ name }) => name === 'join__field');
  const here = stated.find(({ args }) => args.graph === graph);
  if (stated.length > 0 && here === undefined) return [];
  const { type, requires, provides, external, override, overrideLabel } = here?.args ?? {};
  return [
    {
      ...node,
      type: type === undefined ? node.type : parseType(type, { noLocation: true }),
      arguments: (node.arguments ?? []).map((argument) => inputOf(argument, graph, vocabulary)),
      directives: [
        ...kept(node.directives, vocabulary),
        ...(requires === undefined ? [] : [directive('requires', { fields: text(requires) })]),
        ...(provides === undefined ? [] : [directive('provides', { fields: text(provides) })]),
        ...(external === 'true' ? [directive('external')] : []),
        ...(override === undefined
          ? []
          : [
              directive('override', {
                from: text(override),
                ...(overrideLabel === undefined ? {} : { label: text(overrideLabel) }),
              }),
            ]),
      ],
    },
  ];
}

function inputOf(node: InputValueDefinitionNode, graph: string, vocabulary: Vocabulary): InputValueDefinitionNode {
  const here = marksOn(node.directives).find(({ name, args }) => name === 'join__field' && args.graph === graph);
  const type = here?.args.type;
  return {
    ...node,
    type: type === undefined ? node.type : parseType(type, { noLocation: true }),
    directives: kept(node.directives, vocabulary),
  };
}

/** Rules and costs under their own names, what hides an element, and what the language itself defines. */
function kept(directives: readonly ConstDirectiveNode[] = [], vocabulary: Vocabulary): readonly ConstDirectiveNode[] {
  return directives.flatMap((node) => {
    const name = node.name.value;
    if (vocabulary.isRule(name) || vocabulary.isCost(name)) {
      return [{ ...node, name: { kind: Kind.NAME, value: vocabulary.meaningOf(name) ?? name } } as const];
    }
    return ['inaccessible', 'deprecated', 'specifiedBy', 'oneOf'].includes(name) ? [node] : [];
  });
}

const FALSE = { kind: Kind.BOOLEAN, value: false } as const;

function text(value: string) {
  return { kind: Kind.STRING, value } as const;
}

function directive(name: string, args: Readonly<Record<string, ConstArgumentNode['value']>> = {}): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(args).map(([key, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: key },
      value,
    })),
  };
}
