import { type ASTNode, type DocumentNode, Kind } from 'graphql';

/** One element of a service's schema that can carry directives. */
export interface ServiceElement {
  /** As in the composed schema, where the root types have the names that GraphQL gives them. */
  readonly coordinate: string;
  /** The type it belongs to, as in the composed schema; empty for directives and the schema itself. */
  readonly typeName: string;
  readonly node: ASTNode;
}

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** Every element of a schema, definitions and extensions alike. */
export function* coordinatesIn(document: DocumentNode): Generator<ServiceElement> {
  const renamed = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of node.operationTypes ?? []) renamed.set(type.name.value, ROOTS[operation]);
  }
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      yield { coordinate: 'schema', typeName: '', node };
    } else if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      const coordinate = `@${node.name.value}`;
      for (const argument of node.arguments ?? []) {
        yield { coordinate: `${coordinate}(${argument.name.value}:)`, typeName: '', node: argument };
      }
    } else if ('name' in node && node.name !== undefined && node.kind !== Kind.OPERATION_DEFINITION) {
      const typeName = renamed.get(node.name.value) ?? node.name.value;
      yield { coordinate: typeName, typeName, node };
      yield* membersOf(node, typeName);
    }
  }
}

function* membersOf(node: ASTNode, typeName: string): Generator<ServiceElement> {
  if ('values' in node && node.kind !== Kind.LIST) {
    for (const value of node.values ?? []) {
      yield { coordinate: `${typeName}.${value.name.value}`, typeName, node: value };
    }
  }
  if (!('fields' in node) || node.kind === Kind.OBJECT) return;
  for (const field of node.fields ?? []) {
    const coordinate = `${typeName}.${field.name.value}`;
    yield { coordinate, typeName, node: field };
    if (!('arguments' in field)) continue;
    for (const argument of field.arguments ?? []) {
      yield { coordinate: `${coordinate}(${argument.name.value}:)`, typeName, node: argument };
    }
  }
}
