import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
} from 'graphql';
import type { DeclaredCost } from '../../../../directives/declared-cost.js';
import { type Cost, sum, times, type Values, type VariableSize } from './cost-expression.js';

/** Gives the cost of a variable wherever it stands for a value of this type. */
export type WeighVariable = (name: string, type: GraphQLInputType) => VariableSize;

/**
 * What the fields of input objects cost: `@cost` of each that is given, counted as often as it is given, in lists and in one another.
 * Values need not be valid: what the schema does not have costs nothing, for it is refused.
 */
export class InputCosts {
  /** By the name of the input type: the weights of its fields. */
  readonly #weights = new Map<string, ReadonlyMap<string, number>>();
  /** The input types within which something costs. */
  readonly #weighed: ReadonlySet<string>;

  constructor(schema: GraphQLSchema, declared: ReadonlyMap<string, DeclaredCost>) {
    const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
    for (const type of inputs) {
      const weights = Object.keys(type.getFields()).flatMap((name) => {
        const weight = declared.get(`${type.name}.${name}`)?.weight ?? 0;
        return weight > 0 ? [[name, weight] as const] : [];
      });
      if (weights.length > 0) this.#weights.set(type.name, new Map(weights));
    }
    const weighed = new Set(this.#weights.keys());
    // Types that hold one of those, until none is found any more.
    for (let before = -1; before < weighed.size; ) {
      before = weighed.size;
      for (const type of inputs) {
        const holds = Object.values(type.getFields()).some((field) => weighed.has(getNamedType(field.type).name));
        if (holds) weighed.add(type.name);
      }
    }
    this.#weighed = weighed;
  }

  /** Whether a value of the type can cost anything. */
  canCost(type: GraphQLInputType): boolean {
    return this.#weighed.has(getNamedType(type).name);
  }

  /** What a value costs that a document has. @param levels how deep to look; what is nested deeper is refused elsewhere */
  ofLiteral(value: ValueNode, type: GraphQLInputType, weigh: WeighVariable, levels: number): Cost {
    if (levels < 0 || !this.canCost(type)) return 0;
    if (value.kind === Kind.VARIABLE) return times(weigh(value.name.value, type), 1);
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const inner = nullable.ofType as GraphQLInputType;
      // One value stands for a list of one.
      const items = value.kind === Kind.LIST ? value.values : [value];
      return sum(items.map((item) => this.ofLiteral(item, inner, weigh, levels - 1)));
    }
    if (!isInputObjectType(nullable) || value.kind !== Kind.OBJECT) return 0;
    const fields = nullable.getFields();
    return sum(
      value.fields.map(({ name, value: given }) => {
        const field = Object.hasOwn(fields, name.value) ? fields[name.value] : undefined;
        if (field === undefined) return 0;
        return sum([this.#weightOf(nullable.name, name.value), this.ofLiteral(given, field.type, weigh, levels - 1)]);
      }),
    );
  }

  /** What the value of a variable costs, as JSON has it. */
  ofValue(value: unknown, type: GraphQLInputType): number {
    if (value === null || value === undefined || !this.canCost(type)) return 0;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const inner = nullable.ofType as GraphQLInputType;
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.reduce<number>((total, item) => total + this.ofValue(item, inner), 0);
    }
    if (!isInputObjectType(nullable) || typeof value !== 'object') return 0;
    const fields = nullable.getFields();
    let total = 0;
    for (const [name, given] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field !== undefined) total += this.#weightOf(nullable.name, name) + this.ofValue(given, field.type);
    }
    return total;
  }

  #weightOf(typeName: string, fieldName: string): number {
    return this.#weights.get(typeName)?.get(fieldName) ?? 0;
  }
}

/**
 * For one document: each variable is worked out once for a request, however often the document has it.
 * Nothing of a request is kept longer than the request itself.
 */
export function createWeighVariable(costs: InputCosts): WeighVariable {
  const known = new Map<string, VariableSize>();
  return (name, type) => {
    const key = `${name}:${String(type)}`;
    let size = known.get(key);
    if (size === undefined) {
      const worked = new WeakMap<Values, { readonly defaults: Values; readonly cost: number }>();
      size = {
        of(sent, defaults) {
          const before = worked.get(sent);
          if (before?.defaults === defaults) return before.cost;
          const values = Object.hasOwn(sent, name) && sent[name] !== undefined ? sent : defaults;
          const cost = costs.ofValue(Object.hasOwn(values, name) ? values[name] : null, type);
          worked.set(sent, { defaults, cost });
          return cost;
        },
      };
      known.set(key, size);
    }
    return size;
  };
}
