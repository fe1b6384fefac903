import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { isMarkedSensitive } from './sensitive.js';

/**
 * The coordinates of all arguments that are `@sensitive`, be it that they are marked, or that the same argument is on an
 * interface of their type or on an implementation of it. A document that selects through the interface sees the interface's
 * argument, execution the object's: neither way may the value be recorded.
 */
export function sensitiveArguments(schema: GraphQLSchema): ReadonlySet<string> {
  const coordinates = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    const relatives = relativesOf(type, schema);
    for (const field of Object.values(type.getFields())) {
      for (const { name } of field.args) {
        const marked = relatives.some((relative) => {
          const argument = relative.getFields()[field.name]?.args.find((each) => each.name === name);
          return argument !== undefined && isMarkedSensitive(argument);
        });
        if (marked) coordinates.add(`${type.name}.${field.name}(${name}:)`);
      }
    }
  }
  return coordinates;
}

function relativesOf(
  type: GraphQLObjectType | GraphQLInterfaceType,
  schema: GraphQLSchema,
): readonly (GraphQLObjectType | GraphQLInterfaceType)[] {
  if (isObjectType(type)) return [type, ...type.getInterfaces()];
  const { objects, interfaces } = schema.getImplementations(type);
  return [type, ...type.getInterfaces(), ...objects, ...interfaces];
}
