import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { OperationFacts } from '../../audit/operation-record.js';
import type { OperationKind } from '../../domain/audit-event.js';
import { isLook } from '../../policy/index.js';

const META_FIELDS: readonly string[] = ['__typename', '__schema', '__type'];
const ROOT_TYPE = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;
const KIND = { query: 'QUERY', mutation: 'MUTATION', subscription: 'SUBSCRIPTION' } as const satisfies Record<
  string,
  OperationKind
>;

/** Longer operation names are cut. */
const MAX_NAME = 255;

const known = new WeakMap<OperationDefinitionNode, OperationFacts>();

/**
 * What the audit trail keeps of this operation of the document, valid or not; worked out once per document. Its size is
 * bounded: fields that the schema does not have are left out, and a name of any length is cut.
 */
export function operationFacts(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationFacts {
  let facts = known.get(operation);
  if (facts === undefined) {
    facts = describe(schema, document, operation);
    known.set(operation, facts);
  }
  return facts;
}

function describe(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OperationFacts {
  const rootFields = schema.getRootType(operation.operation)?.getFields() ?? {};
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fields = new Set<string>();
  const rootKeys = new Set<string>();
  const activeKeys = new Set<string>();
  const spread = new Set<string>();
  collectRoot(operation.selectionSet);

  function collectRoot(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const { value: field } = selection.name;
        const coordinate = `${ROOT_TYPE[operation.operation]}.${field}`;
        const key = selection.alias?.value ?? field;
        if (Object.hasOwn(rootFields, field) || META_FIELDS.includes(field)) {
          fields.add(coordinate);
          if (!isLook(coordinate)) activeKeys.add(key);
        }
        rootKeys.add(key);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collectRoot(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) collectRoot(fragment.selectionSet);
      }
    }
  }

  return {
    name: operation.name?.value.slice(0, MAX_NAME) ?? null,
    type: KIND[operation.operation],
    fields: [...fields],
    documentHash: documentHash(operation, fragments),
    rootKeys: [...rootKeys],
    activeKeys: [...activeKeys],
  };
}

/**
 * SHA-256, hex, of the normalised document: this operation and the fragments it uses, in order of name, every literal value
 * replaced, ignored characters dropped. Literals are replaced because the hash of a guessable password would confirm it.
 */
function documentHash(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string {
  const used = new Set<string>();
  const queue: (OperationDefinitionNode | FragmentDefinitionNode)[] = [operation];
  for (const definition of queue) {
    visit(definition, {
      FragmentSpread(node) {
        const fragment = fragments.get(node.name.value);
        if (fragment !== undefined && !used.has(node.name.value)) {
          used.add(node.name.value);
          queue.push(fragment);
        }
      },
    });
  }
  const parts = [operation, ...[...used].sort().flatMap((name) => fragments.get(name) ?? [])];
  const text = parts.map((part) => stripIgnoredCharacters(print(withoutLiterals(part)))).join(' ');
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function withoutLiterals<T extends OperationDefinitionNode | FragmentDefinitionNode>(definition: T): T {
  return visit(definition, {
    IntValue: (node) => ({ ...node, value: '0' }),
    FloatValue: (node) => ({ ...node, value: '0' }),
    StringValue: (node) => ({ ...node, value: '', block: false }),
    // Of the booleans and of an enum's values there are so few that the hash would tell which it was; and a word without
    // its quotes is an enum value to the parser.
    BooleanValue: (node) => ({ ...node, value: false }),
    EnumValue: (node) => ({ ...node, value: 'E' }),
    ListValue: (node) => ({ ...node, values: [] }),
    ObjectValue: (node) => ({ ...node, fields: [] }),
  }) as T;
}
