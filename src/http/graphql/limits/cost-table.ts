import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { DeclaredListSize } from '../../../../directives/declared-cost.js';
import { type DeclaredCost, mergeDeclaredCosts } from '../../../../directives/declared-cost.js';
import { InputCosts } from './input-costs.js';

/** What is known of the cost of one field. */
export interface FieldCost {
  /** Of one entry of what it returns, what is selected in it not counted. */
  readonly weight: number;
  readonly listSize: DeclaredListSize | null;
  /** The arguments that cost something when they are given, or within which something may. */
  readonly arguments: ReadonlyMap<string, ArgumentCost>;
}

export interface ArgumentCost {
  readonly weight: number;
  readonly type: GraphQLInputType;
}

/** What is known of the costs of a schema. */
export interface CostTable {
  /** By the field as the schema has it. */
  ofField(typeName: string, field: GraphQLField<unknown, unknown>): FieldCost;
  readonly inputs: InputCosts;
}

/** What is declared, by schema coordinate. */
export type DeclaredCosts = ReadonlyMap<string, DeclaredCost>;

/**
 * What every field of a schema costs. One that is declared nowhere costs 1 where it returns objects, and nothing where it returns
 * values. A field of an interface costs what the dearest of its implementations does.
 */
export function createCostTable(schema: GraphQLSchema, declared: DeclaredCosts): CostTable {
  const known = new WeakMap<GraphQLField<unknown, unknown>, FieldCost>();

  const inputs = new InputCosts(schema, declared);

  /** @param member a field, or an argument of one: `orders`, `orders(first:)` */
  function declaredOf(typeName: string, member: string): DeclaredCost | undefined {
    const own = declared.get(`${typeName}.${member}`);
    const type = schema.getType(typeName);
    if (!isInterfaceType(type)) return own;
    return schema.getPossibleTypes(type).reduce<DeclaredCost | undefined>((found, { name }) => {
      const theirs = declared.get(`${name}.${member}`);
      return found === undefined || theirs === undefined ? (found ?? theirs) : mergeDeclaredCosts(found, theirs);
    }, own);
  }

  function argumentsOf(typeName: string, field: GraphQLField<unknown, unknown>): ReadonlyMap<string, ArgumentCost> {
    return new Map(
      field.args.flatMap(({ name, type }) => {
        const weight = declaredOf(typeName, `${field.name}(${name}:)`)?.weight ?? 0;
        return weight > 0 || inputs.canCost(type) ? [[name, { weight, type }] as const] : [];
      }),
    );
  }

  const ofField: CostTable['ofField'] = (typeName, field) => {
    let cost = known.get(field);
    if (cost === undefined) {
      const type = getNamedType(field.type);
      const own = declaredOf(typeName, field.name);
      cost = {
        weight: own?.weight ?? weightOf(type),
        listSize: own?.listSize ?? null,
        arguments: argumentsOf(typeName, field),
      };
      known.set(field, cost);
    }
    return cost;
  };

  return { ofField, inputs };

  function weightOf(type: GraphQLNamedType): number {
    const own = declared.get(type.name)?.weight;
    if (own != null) return own;
    if (isLeafType(type)) return 0;
    // Whichever of its object types it turns out to be.
    if (isObjectType(type)) return 1;
    const possible = 'getTypes' in type || isInterfaceType(type) ? schema.getPossibleTypes(type as never) : [];
    return Math.max(1, ...possible.map(({ name }) => declared.get(name)?.weight ?? 0));
  }
}
