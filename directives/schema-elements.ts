import {
  DirectiveLocation,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
} from 'graphql';
import type { SchemaElement } from './directive-use.js';

/** Every element of a schema that can carry directives, introspection left out. */
export function* schemaElements(schema: GraphQLSchema): Generator<SchemaElement> {
  yield { coordinate: 'schema', location: DirectiveLocation.SCHEMA, definition: schema, owner: null };
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    yield* argumentElements(`@${directive.name}`, directive.args, directive);
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    yield { coordinate: type.name, location: locationOf(type), definition: type, owner: type };
    yield* memberElements(type);
  }
}

function* memberElements(type: GraphQLNamedType): Generator<SchemaElement> {
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      yield { coordinate, location: DirectiveLocation.FIELD_DEFINITION, definition: field, owner: type };
      yield* argumentElements(coordinate, field.args, type);
    }
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      yield { coordinate, location: DirectiveLocation.INPUT_FIELD_DEFINITION, definition: field, owner: type };
    }
  } else if (isEnumType(type)) {
    for (const value of type.getValues()) {
      const coordinate = `${type.name}.${value.name}`;
      yield { coordinate, location: DirectiveLocation.ENUM_VALUE, definition: value, owner: type };
    }
  }
}

function* argumentElements(
  coordinate: string,
  args: readonly GraphQLArgument[],
  owner: SchemaElement['owner'],
): Generator<SchemaElement> {
  for (const argument of args) {
    yield {
      coordinate: `${coordinate}(${argument.name}:)`,
      location: DirectiveLocation.ARGUMENT_DEFINITION,
      definition: argument,
      owner,
    };
  }
}

function locationOf(type: GraphQLNamedType): DirectiveLocation {
  if (isObjectType(type)) return DirectiveLocation.OBJECT;
  if (isInterfaceType(type)) return DirectiveLocation.INTERFACE;
  if (isInputObjectType(type)) return DirectiveLocation.INPUT_OBJECT;
  if (isEnumType(type)) return DirectiveLocation.ENUM;
  return isScalarType(type) ? DirectiveLocation.SCALAR : DirectiveLocation.UNION;
}
