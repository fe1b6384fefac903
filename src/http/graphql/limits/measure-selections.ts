import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import type { QueryLimits } from '../../../domain/query-limits.js';
import { type Cost, sum, times, type VariableSize } from './cost-expression.js';
import type { CostTable, FieldCost } from './cost-table.js';
import { createWeighVariable, type WeighVariable } from './input-costs.js';
import { listSizeOf } from './list-size.js';
import { TooComplex } from './too-complex.js';

/** What some selections come to, fragments counted as often as they are spread. */
export interface Measured {
  /** Fields within fields, at the deepest. */
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  /** Fields at the top of them. */
  readonly top: number;
  /** Lists of the introspection within one another. */
  readonly introspection: number;
  /** How often each field that is entered stands within itself, by coordinate. */
  readonly recursion: ReadonlyMap<string, number>;
  readonly cost: Cost;
}

/** The list that the object around the selections stands for: its fields of these names have so many entries. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: number | VariableSize;
}

const NONE: ReadonlyMap<string, number> = new Map();
const NOTHING: Measured = { depth: 0, fields: 0, aliases: 0, top: 0, introspection: 0, recursion: NONE, cost: 0 };
const INTROSPECTED_LISTS: readonly string[] = ['fields', 'interfaces', 'possibleTypes', 'inputFields'];

/** Fragments and fields within one another, for each level of fields that is allowed; and never more than the stack bears. */
const LEVELS_PER_DEPTH = 10;
const MOST_LEVELS = 1_000;

/** Selections looked at for each field that is allowed, beside twice for each that is written. */
const LOOKS_PER_FIELD = 10;

/**
 * Measures selections of one document. Each fragment is measured once for each list that it stands in, however often it is spread. As
 * lists in fragments in lists would make that a number without bounds, looks are counted, for all of the document: one that needs more
 * has more fields than are allowed, or fragments that hold next to nothing. So a document whose fragments spread one another costs no
 * more to refuse than to read. It need not be valid: what the schema does not have counts as a value, and a fragment within itself as
 * nothing.
 */
export class SelectionMeasure {
  readonly #schema: GraphQLSchema;
  readonly #costs: CostTable;
  readonly #limits: QueryLimits;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #weigh: WeighVariable;
  /** By what the fragment stands in, as the sizes of lists come from there. */
  readonly #measured = new Map<FragmentDefinitionNode, Map<Sized | null, Measured>>();
  #looks = 0;

  constructor(
    schema: GraphQLSchema,
    costs: CostTable,
    limits: QueryLimits,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.#schema = schema;
    this.#costs = costs;
    this.#limits = limits;
    this.#fragments = fragments;
    this.#weigh = createWeighVariable(costs.inputs);
  }

  /**
   * @throws TooComplex where it is nested too deep to go on, or holds too much to look at all of it, or a list leaves open how much
   *   of it is wanted
   */
  of(selections: SelectionSetNode, parent: GraphQLNamedType | null): Measured {
    return this.#set(selections, parent, null, 1, 1);
  }

  /** What a fragment comes to by itself, spread or not. @throws TooComplex as {@link of} */
  ofFragment(fragment: FragmentDefinitionNode): Measured {
    return this.#fragment(fragment, null, 1, 1);
  }

  #set(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | null,
    sized: Sized | null,
    depth: number,
    level: number,
  ): Measured {
    const { depth: allowed } = this.#limits;
    // Of what is nested deeper nothing is looked at: whoever looks would be nested as deep.
    if (depth > allowed || level > Math.min(allowed * LEVELS_PER_DEPTH, MOST_LEVELS)) {
      throw new TooComplex('depth', allowed, Math.max(depth, allowed + 1));
    }
    this.#looks += selections.length;
    const { fields, tokens } = this.#limits;
    if (this.#looks > 2 * tokens + LOOKS_PER_FIELD * fields) throw new TooComplex('fields', fields, fields + 1);
    return together(selections.map((each) => this.#selection(each, parent, sized, depth, level)));
  }

  #selection(
    node: SelectionNode,
    parent: GraphQLNamedType | null,
    sized: Sized | null,
    depth: number,
    level: number,
  ): Measured {
    if (node.kind === Kind.FIELD) return this.#field(node, parent, sized, depth, level);
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const type = node.typeCondition === undefined ? parent : this.#typeNamed(node.typeCondition.name.value);
      return this.#set(node.selectionSet, type, sized, depth, level + 1);
    }
    const fragment = this.#fragments.get(node.name.value);
    return fragment === undefined ? NOTHING : this.#fragment(fragment, sized, depth, level);
  }

  #fragment(fragment: FragmentDefinitionNode, sized: Sized | null, depth: number, level: number): Measured {
    const known = this.#measured.get(fragment) ?? new Map<Sized | null, Measured>();
    this.#measured.set(fragment, known);
    let measured = known.get(sized);
    if (measured === undefined) {
      // Where it comes upon itself, which no valid document does.
      known.set(sized, NOTHING);
      const type = this.#typeNamed(fragment.typeCondition.name.value);
      measured = this.#set(fragment.selectionSet, type, sized, depth, level + 1);
      known.set(sized, measured);
    }
    return measured;
  }

  #field(
    node: FieldNode,
    parent: GraphQLNamedType | null,
    sized: Sized | null,
    depth: number,
    level: number,
  ): Measured {
    const field = this.#fieldOf(parent, node.name.value);
    const aliases = node.alias === undefined ? 0 : 1;
    if (field === null && node.selectionSet === undefined) return { ...NOTHING, depth: 1, fields: 1, top: 1, aliases };
    const introspects = field !== null && isIntrospection(parent, field);
    const cost = field === null || parent === null || introspects ? null : this.#costs.ofField(parent.name, field);
    const size = cost === null || field === null ? 1 : this.#sizeOf(node, field, cost, sized);
    const within =
      node.selectionSet === undefined
        ? NOTHING
        : this.#set(node.selectionSet, field && getNamedType(field.type), sizedBy(size, cost), depth + 1, level + 1);
    const isList = introspects && INTROSPECTED_LISTS.includes(node.name.value);
    const entries = isSizing(cost) ? 1 : size;
    return {
      depth: within.depth + 1,
      fields: within.fields + 1,
      aliases: within.aliases + aliases,
      top: 1,
      introspection: within.introspection + (isList ? 1 : 0),
      recursion:
        introspects || field === null ? within.recursion : entered(within, `${parent?.name}.${field.name}`, node),
      cost: sum([this.#argumentsOf(node.arguments, cost), times(entries, sum([cost?.weight ?? 0, within.cost]))]),
    };
  }

  /** How many entries it has; of a field that only says how many its object's fields have, how many those have. */
  #sizeOf(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    cost: FieldCost,
    sized: Sized | null,
  ): number | VariableSize {
    const { assumedListSize } = this.#limits;
    const lists = listsIn(field.type);
    if (lists === 0 && !isSizing(cost)) return 1;
    const size =
      lists > 0 && sized?.fields.includes(field.name) === true
        ? sized.size
        : cost.listSize === null
          ? assumedListSize
          : listSizeOf(node, field.args, cost.listSize, assumedListSize);
    // Lists in lists: nobody says how long the inner ones are.
    if (lists < 2) return size;
    const inner = assumedListSize ** (lists - 1);
    return typeof size === 'number' ? size * inner : { of: (sent, defaults) => size.of(sent, defaults) * inner };
  }

  /** What the arguments cost that are given, and what is in them. */
  #argumentsOf(given: readonly ArgumentNode[] = [], cost: FieldCost | null): Cost {
    if (cost === null || cost.arguments.size === 0) return 0;
    const { inputs } = this.#costs;
    return sum(
      given.map(({ name, value }) => {
        const argument = cost.arguments.get(name.value);
        if (argument === undefined) return 0;
        const within = inputs.ofLiteral(value, argument.type, this.#weigh, this.#limits.inputDepth);
        return sum([argument.weight, within]);
      }),
    );
  }

  #typeNamed(name: string): GraphQLNamedType | null {
    return this.#schema.getType(name) ?? null;
  }

  #fieldOf(parent: GraphQLNamedType | null, name: string): GraphQLField<unknown, unknown> | null {
    if (parent !== null && parent === this.#schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    if (!isObjectType(parent) && !isInterfaceType(parent)) return null;
    const fields = parent.getFields();
    return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
  }
}

function isIntrospection(parent: GraphQLNamedType | null, field: GraphQLField<unknown, unknown>): boolean {
  if (field === SchemaMetaFieldDef || field === TypeMetaFieldDef) return true;
  return parent !== null && isIntrospectionType(parent);
}

function isSizing(cost: FieldCost | null): boolean {
  return cost?.listSize != null && cost.listSize.sizedFields.length > 0;
}

function sizedBy(size: number | VariableSize, cost: FieldCost | null): Sized | null {
  return cost?.listSize != null && isSizing(cost) ? { fields: cost.listSize.sizedFields, size } : null;
}

function listsIn(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listsIn(nullable.ofType as GraphQLOutputType) : 0;
}

/** What has no selections of its own has nothing within it to come again. */
function entered({ recursion }: Measured, coordinate: string, node: FieldNode): ReadonlyMap<string, number> {
  if (node.selectionSet === undefined) return NONE;
  return new Map(recursion).set(coordinate, (recursion.get(coordinate) ?? 0) + 1);
}

function together(parts: readonly Measured[]): Measured {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const found = { ...NOTHING, cost: sum(parts.map(({ cost }) => cost)) };
  let recursion: Map<string, number> | null = null;
  for (const part of parts) {
    found.depth = Math.max(found.depth, part.depth);
    found.introspection = Math.max(found.introspection, part.introspection);
    found.fields += part.fields;
    found.aliases += part.aliases;
    found.top += part.top;
    for (const [coordinate, times] of part.recursion) {
      recursion ??= new Map();
      recursion.set(coordinate, Math.max(recursion.get(coordinate) ?? 0, times));
    }
  }
  return { ...found, recursion: recursion ?? NONE };
}
