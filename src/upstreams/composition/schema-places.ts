import {
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { reachable } from '../../../directives/reachable.js';
import type { FieldRule } from '../../policy/index.js';

/** `Type`, `Type.member` or `Type.field(argument:)`. */
export interface Place {
  readonly typeName: string;
  readonly member: string | null;
  readonly argument: string | null;
}

const COORDINATE = /^([_A-Za-z]\w*)(?:\.([_A-Za-z]\w*)(?:\(([_A-Za-z]\w*):\))?)?$/;

/** The parts of a coordinate; null where it is none of a type or its members. */
export function placeOf(coordinate: string): Place | null {
  const match = COORDINATE.exec(coordinate);
  return match === null ? null : { typeName: match[1] ?? '', member: match[2] ?? null, argument: match[3] ?? null };
}

/** Whether a schema has the element. */
export function hasElement(schema: GraphQLSchema, { typeName, member, argument }: Place): boolean {
  const type = schema.getType(typeName);
  if (type === undefined || isIntrospectionType(type)) return false;
  if (member === null) return true;
  if (isEnumType(type)) return type.getValue(member) != null;
  if (isInputObjectType(type)) return argument === null && Object.hasOwn(type.getFields(), member);
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const field = Object.hasOwn(type.getFields(), member) ? type.getFields()[member] : undefined;
  return field !== undefined && (argument === null || field.args.some(({ name }) => name === argument));
}

/** Whether rules are about such elements at all: on a union, an enum value or a member of neither they would guard nothing. */
export function canStand(schema: GraphQLSchema, { typeName, member }: Place): boolean {
  const type = schema.getType(typeName);
  return !isUnionType(type) && !(isEnumType(type) && member !== null);
}

/** Whether some operation can involve the element of a schema: a rule on any other has nothing to guard. */
export function reachability(): (schema: GraphQLSchema, coordinate: string) => boolean {
  const found = new Map<GraphQLSchema, ReturnType<typeof reachable>>();
  return (schema, coordinate) => {
    const place = placeOf(coordinate);
    if (place === null || !hasElement(schema, place)) return false;
    const inReach = found.get(schema) ?? reachable(schema);
    found.set(schema, inReach);
    const type = schema.getType(place.typeName);
    if (type === undefined || !inReach.has(type)) return false;
    return !isInterfaceType(type) || schema.getPossibleTypes(type).length > 0;
  };
}

/**
 * Where the rule of a type has to stand so that the directives can hold it. They know no rules of scalars and enums, which
 * stand on every field that returns one; `@blockedWhileImpersonating` of an interface stands on its object types.
 */
export function spread(schema: GraphQLSchema, typeName: string, rule: FieldRule): readonly string[] {
  const type = schema.getType(typeName);
  if (isLeafType(type)) {
    return Object.values(schema.getTypeMap()).flatMap((each) => {
      if (isIntrospectionType(each) || !(isObjectType(each) || isInterfaceType(each))) return [];
      const fields = Object.values(each.getFields()).filter((field) => getNamedType(field.type) === type);
      return fields.map((field) => `${each.name}.${field.name}`);
    });
  }
  if (rule.blockedWhileImpersonating && isInterfaceType(type))
    return schema.getPossibleTypes(type).map(({ name }) => name);
  return [typeName];
}
