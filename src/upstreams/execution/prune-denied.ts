import {
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { settled } from './conditions.js';
import { checkResponseKey } from './response-keys.js';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
type Variables = Readonly<Record<string, unknown>>;

export interface PrunedSelections {
  readonly selections: readonly SelectionNode[];
  /** Those fragments that are still spread somewhere. */
  readonly fragments: readonly FragmentDefinitionNode[];
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The same selections without what is denied, so that nobody further on is even asked for it.
 *
 * For every object type that a selection can meet at run time, a denied field of that type is not selected: on an interface
 * whose implementations differ, the field is asked of the permitted ones alone, by inline fragments. What had nothing left
 * selects `__typename`: whether the object is there decides where the client's error stands. Abstract selections always
 * select `__typename`. What `@skip` and `@include` leave out is left out. Anything that the schema does not know is dropped. Linear in the document: each
 * fragment is pruned once, and once more for each object type that it is spread on and is wider than.
 * @param parent the type that the selections stand on.
 * @param isDenied answers for the coordinates `Type.field` of object types.
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED where a response key is one that must not be used.
 */
export function pruneDenied(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  selections: readonly SelectionNode[],
  fragments: Fragments,
  variables: Variables,
  isDenied: (coordinate: string) => boolean,
): PrunedSelections {
  const pruner = new Pruner(schema, fragments, variables, isDenied);
  const pruned = pruner.pruned(selections, parent, pruner.possibleTypes(parent));
  return { selections: pruned, fragments: pruner.spread };
}

class Pruner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #variables: Variables;
  readonly #isDenied: (coordinate: string) => boolean;
  /** By name and type; null where nothing of it is left. */
  readonly #done = new Map<string, FragmentDefinitionNode | null>();
  /** Of fragments that were made here. */
  readonly #names = new Set<string>();

  constructor(
    schema: GraphQLSchema,
    fragments: Fragments,
    variables: Variables,
    isDenied: (coordinate: string) => boolean,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
    this.#isDenied = isDenied;
  }

  get spread(): readonly FragmentDefinitionNode[] {
    return [...this.#done.values()].filter((fragment) => fragment !== null);
  }

  possibleTypes(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
    return isObjectType(type) ? [type] : this.#schema.getPossibleTypes(type);
  }

  /** @param possible the object types that can be met here: fewer than those of `parent` inside a narrower fragment. */
  pruned(
    selections: readonly SelectionNode[],
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): readonly SelectionNode[] {
    return selections.flatMap((unsettled) => {
      const selection = settled(unsettled, this.#variables);
      if (selection === null) return [];
      if (selection.kind === Kind.FIELD) return this.#field(selection, parent, possible);
      if (selection.kind === Kind.INLINE_FRAGMENT) return this.#inlineFragment(selection, parent, possible);
      return this.#spread(selection, parent);
    });
  }

  #field(
    node: FieldNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): readonly SelectionNode[] {
    checkResponseKey(node);
    const name = node.name.value;
    // Whoever serves the client knows the type by itself, from the `__typename` that every abstract selection gets.
    if (name === '__typename') return [];
    if (isUnionType(parent) || possible.length === 0) return [];
    const permitted = possible.filter((type) => !this.#isDenied(`${type.name}.${name}`));
    if (permitted.length === possible.length) return this.#selected(node, parent);
    return permitted.flatMap((type) => {
      const selected = this.#selected(node, type);
      return selected.length === 0 ? [] : [onType(type, selected)];
    });
  }

  #selected(node: FieldNode, parent: GraphQLObjectType | GraphQLInterfaceType): readonly FieldNode[] {
    const returned = getNamedType(parent.getFields()[node.name.value]?.type);
    if (returned === undefined) return [];
    if (!isCompositeType(returned)) return [node];
    return [{ ...node, selectionSet: this.#selectionSet(node.selectionSet?.selections ?? [], returned) }];
  }

  #selectionSet(selections: readonly SelectionNode[], type: GraphQLCompositeType): SelectionSetNode {
    const left = this.pruned(selections, type, this.possibleTypes(type));
    const typename = left.length === 0 || isAbstractType(type) ? [TYPENAME] : [];
    return { kind: Kind.SELECTION_SET, selections: [...left, ...typename] };
  }

  #inlineFragment(
    node: InlineFragmentNode,
    parent: GraphQLCompositeType,
    possible: readonly GraphQLObjectType[],
  ): readonly SelectionNode[] {
    const type = node.typeCondition === undefined ? parent : this.#schema.getType(node.typeCondition.name.value);
    if (!isCompositeType(type)) return [];
    const narrower = this.possibleTypes(type);
    // It applies or it does not: planners fare better without it.
    if (isObjectType(parent)) {
      return narrower.includes(parent) ? this.pruned(node.selectionSet.selections, parent, possible) : [];
    }
    const selections = this.pruned(
      node.selectionSet.selections,
      type,
      possible.filter((each) => narrower.includes(each)),
    );
    return selections.length === 0 ? [] : [{ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
  }

  #spread(node: FragmentSpreadNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    const type = this.#schema.getType(this.#fragments[node.name.value]?.typeCondition.name.value ?? '');
    if (!isCompositeType(type)) return [];
    // An object type may stand inside a fragment on something wider, whose other fragments are not for it.
    if (isObjectType(parent) && !this.possibleTypes(type).includes(parent)) return [];
    // Of a wider fragment only what is for it: a service that has this type need not know the others in it.
    const fragment = this.#fragment(node.name.value, isObjectType(parent) ? parent : type);
    return fragment === null ? [] : [{ ...node, name: fragment.name }];
  }

  /** @param on the type it is spread on, where that is an object; else its own. */
  #fragment(name: string, on: GraphQLCompositeType): FragmentDefinitionNode | null {
    const key = `${name} ${on.name}`;
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    // Stands until it is pruned: a fragment that spreads itself is no valid document, and selects nothing here.
    this.#done.set(key, null);
    const node = this.#fragments[name];
    if (node === undefined) return null;
    const selections = this.pruned(node.selectionSet.selections, on, this.possibleTypes(on));
    if (selections.length === 0) return null;
    const pruned: FragmentDefinitionNode = {
      ...node,
      name: { kind: Kind.NAME, value: this.#nameOf(node, on) },
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: on.name } },
      selectionSet: { kind: Kind.SELECTION_SET, selections },
    };
    this.#done.set(key, pruned);
    return pruned;
  }

  #nameOf({ name, typeCondition }: FragmentDefinitionNode, on: GraphQLCompositeType): string {
    if (typeCondition.name.value === on.name) return name.value;
    let other = `${name.value}_${on.name}`;
    while (Object.hasOwn(this.#fragments, other) || this.#names.has(other)) other = `${other}_`;
    this.#names.add(other);
    return other;
  }
}

function onType(type: GraphQLObjectType, selections: readonly SelectionNode[]): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}
