import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { DeclaredListSize } from '../../../../directives/declared-cost.js';
import { type DeclaredCost, mergeDeclaredCosts } from '../../../../directives/declared-cost.js';

/** What is known of the cost of one field. */
export interface FieldCost {
  /** Of one entry of what it returns, what is selected in it not counted. */
  readonly weight: number;
  readonly listSize: DeclaredListSize | null;
  /** The arguments that cost something when they are given. */
  readonly argumentWeights: ReadonlyMap<string, number>;
}

/** By the field as the schema has it. */
export type CostTable = (typeName: string, field: GraphQLField<unknown, unknown>) => FieldCost;

/** What is declared, by schema coordinate. */
export type DeclaredCosts = ReadonlyMap<string, DeclaredCost>;

/**
 * What every field of a schema costs. One that is declared nowhere costs 1 where it returns objects, and nothing where it returns
 * values. A field of an interface costs what the dearest of its implementations does.
 */
export function createCostTable(schema: GraphQLSchema, declared: DeclaredCosts): CostTable {
  const known = new WeakMap<GraphQLField<unknown, unknown>, FieldCost>();

  function declaredOf(typeName: string, fieldName: string): DeclaredCost | undefined {
    const own = declared.get(`${typeName}.${fieldName}`);
    const type = schema.getType(typeName);
    if (!isInterfaceType(type)) return own;
    return schema.getPossibleTypes(type).reduce<DeclaredCost | undefined>((found, { name }) => {
      const theirs = declared.get(`${name}.${fieldName}`);
      return found === undefined || theirs === undefined ? (found ?? theirs) : mergeDeclaredCosts(found, theirs);
    }, own);
  }

  return (typeName, field) => {
    let cost = known.get(field);
    if (cost === undefined) {
      const type = getNamedType(field.type);
      const own = declaredOf(typeName, field.name);
      cost = {
        weight: own?.weight ?? weightOf(type),
        listSize: own?.listSize ?? null,
        argumentWeights: new Map(
          field.args.flatMap(({ name }) => {
            const weight = declared.get(`${typeName}.${field.name}(${name}:)`)?.weight ?? 0;
            return weight > 0 ? [[name, weight] as const] : [];
          }),
        ),
      };
      known.set(field, cost);
    }
    return cost;
  };

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
