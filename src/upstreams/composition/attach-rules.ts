import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
} from 'graphql';
import { DIRECTIVES } from '../../../directives/index.js';
import type { FieldRule } from '../../policy/index.js';

/** A composed schema, of which the rules were kept apart, in which each stands as our own directives do, defined as we do. */
export function attachRules(composed: DocumentNode, rules: ReadonlyMap<string, FieldRule>): DocumentNode {
  const taken = new Set<string>();
  const at = (coordinate: string, node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }) => {
    taken.add(coordinate);
    return [...(node.directives ?? []), ...directivesOf(rules.get(coordinate))];
  };
  const argumentsAt = (coordinate: string, nodes: readonly InputValueDefinitionNode[] = []) =>
    nodes.map((node) => ({ ...node, directives: at(`${coordinate}(${node.name.value}:)`, node) }));
  const fieldsAt = (typeName: string, nodes: readonly FieldDefinitionNode[] = []) =>
    nodes.map((node) => {
      const coordinate = `${typeName}.${node.name.value}`;
      return { ...node, arguments: argumentsAt(coordinate, node.arguments), directives: at(coordinate, node) };
    });

  const definitions = composed.definitions.map((node): DefinitionNode => {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      const name = node.name.value;
      return { ...node, directives: at(name, node), fields: fieldsAt(name, node.fields) };
    }
    if (node.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return node;
    const fields = (node.fields ?? []).map((field) => ({
      ...field,
      directives: at(`${node.name.value}.${field.name.value}`, field),
    }));
    return { ...node, directives: at(node.name.value, node), fields };
  });
  const lost = [...rules.keys()].filter((coordinate) => !taken.has(coordinate));
  if (lost.length > 0) throw new TypeError(`no place for the rules of ${lost.join(', ')}`);
  return { kind: Kind.DOCUMENT, definitions: [...definitions, ...vocabularyBeside(definitions)] };
}

function vocabularyBeside(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const own = parse([...DIRECTIVES.map(({ sdl }) => sdl), 'enum Principal { VIEWER ACTOR }'].join('\n'), {
    noLocation: true,
  });
  const hasPrincipal = definitions.some((node) => 'name' in node && node.name?.value === 'Principal');
  return own.definitions.filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION || !hasPrincipal);
}

function directivesOf(rule: FieldRule | undefined): readonly ConstDirectiveNode[] {
  if (rule === undefined) return [];
  const { authenticated, blockedWhileImpersonating, requires, sensitive } = rule;
  return [
    ...(authenticated ? [directive('authenticated')] : []),
    ...(blockedWhileImpersonating ? [directive('blockedWhileImpersonating')] : []),
    ...requires.map(({ role, of }) => directive('requiresRole', { role: listOf(role), of: enumValue(of) })),
    ...(sensitive ? [directive('sensitive')] : []),
  ];
}

function directive(name: string, args: Readonly<Record<string, ConstValueNode>> = {}): ConstDirectiveNode {
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

function enumValue(value: string): ConstValueNode {
  return { kind: Kind.ENUM, value };
}

function listOf(values: readonly string[]): ConstValueNode {
  return { kind: Kind.LIST, values: values.map(enumValue) };
}
