import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isSensitiveInput } from '../../../directives/index.js';

/** Where a document holds values for `@sensitive` arguments and input fields. */
export interface SensitivePlaces {
  /** Variables that stand, anywhere in the document, at or inside such a place. */
  readonly variables: ReadonlySet<string>;
  /** Everything that is written at or inside one. */
  readonly nodes: ReadonlySet<ASTNode>;
}

const known = new WeakMap<DocumentNode, SensitivePlaces>();

/** Worked out once per document, which need not be valid. */
export function sensitivePlaces(schema: GraphQLSchema, document: DocumentNode): SensitivePlaces {
  let places = known.get(document);
  if (places === undefined) {
    places = findPlaces(schema, document);
    known.set(document, places);
  }
  return places;
}

function findPlaces(schema: GraphQLSchema, document: DocumentNode): SensitivePlaces {
  const variables = new Set<string>();
  const nodes = new Set<ASTNode>();
  const typeInfo = new TypeInfo(schema);
  /** The outermost sensitive argument or input field that encloses the node visited. */
  let place: ASTNode | null = null;

  function isSensitive(node: ASTNode): boolean {
    if (node.kind === Kind.ARGUMENT) {
      const argument = typeInfo.getArgument();
      return argument != null && isSensitiveInput(argument);
    }
    if (node.kind !== Kind.OBJECT_FIELD) return false;
    const parent = typeInfo.getParentInputType();
    const named = parent == null ? null : unwrap(parent);
    const field = isInputObjectType(named) ? named.getFields()[node.name.value] : undefined;
    return field !== undefined && isSensitiveInput(field);
  }

  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      enter(node) {
        if (place === null && isSensitive(node)) place = node;
        if (place === null) return;
        nodes.add(node);
        if (node.kind === Kind.VARIABLE) variables.add(node.name.value);
      },
      leave(node) {
        if (place === node) place = null;
      },
    }),
  );
  return { variables, nodes };
}

/**
 * Takes the value out of an error about the client's own document or variables where that value is `@sensitive`: graphql-js
 * quotes it, and whoever sent it may well log the answer.
 */
export function hideSensitiveValue(schema: GraphQLSchema, document: DocumentNode, error: GraphQLError): void {
  if (isAboutSensitive(schema, document, error)) error.message = 'A sensitive value is not valid.';
}

/** An error of which it cannot be told, as its nodes are none, counts as one. */
function isAboutSensitive(schema: GraphQLSchema, document: DocumentNode, { nodes = [] }: GraphQLError): boolean {
  try {
    return nodes.some((node) => isSensitiveNode(schema, document, node));
  } catch {
    return true;
  }
}

function isSensitiveNode(schema: GraphQLSchema, document: DocumentNode, node: ASTNode): boolean {
  const places = sensitivePlaces(schema, document);
  if (node.kind !== Kind.VARIABLE_DEFINITION) return places.nodes.has(node);
  const type = typeFromAST(schema, node.type) as GraphQLInputType | undefined;
  return places.variables.has(node.variable.name.value) || (type !== undefined && holdsSensitive(type));
}

/** Whether a value of this type has a `@sensitive` field at any depth. */
function holdsSensitive(type: GraphQLInputType, seen = new Set<GraphQLInputType>()): boolean {
  const named = unwrap(type);
  if (!isInputObjectType(named) || seen.has(named)) return false;
  seen.add(named);
  return Object.values(named.getFields()).some((field) => isSensitiveInput(field) || holdsSensitive(field.type, seen));
}

function unwrap(type: GraphQLInputType): GraphQLInputType {
  let inner = type;
  while (isNonNullType(inner) || isListType(inner)) inner = inner.ofType;
  return inner;
}
