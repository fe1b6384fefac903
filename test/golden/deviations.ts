import { type GraphQLSchema, isInputObjectType, isObjectType, isRequiredArgument, isRequiredInputField } from 'graphql';
import { signatures } from './signatures.js';

/**
 * What of a contract a schema lacks, has changed, or has made harder to call, each in a line; empty where every client of the
 * contract is served as before. Whatever else the schema adds is its own business.
 */
export function deviations(contract: GraphQLSchema, schema: GraphQLSchema): readonly string[] {
  const promised = signatures(contract);
  const actual = signatures(schema);
  const found: string[] = [];
  for (const [coordinate, signature] of promised) {
    const ours = actual.get(coordinate);
    if (ours === undefined) found.push(`${coordinate} is missing`);
    else if (ours !== signature) found.push(`${coordinate} is "${ours}", not "${signature}"`);
  }
  for (const coordinate of demands(schema)) {
    const owner = coordinate.slice(0, coordinate.search(/[.(](?!.*[.(])/));
    if (promised.has(owner) && !promised.has(coordinate)) found.push(`${coordinate} is new and required`);
  }
  return found;
}

/** The coordinates of all arguments and input fields that a request cannot leave out. */
function demands(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).flatMap((field) =>
        isRequiredInputField(field) ? `${type.name}.${field.name}` : [],
      );
    }
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((argument) =>
        isRequiredArgument(argument) ? `${type.name}.${field.name}(${argument.name}:)` : [],
      ),
    );
  });
}
