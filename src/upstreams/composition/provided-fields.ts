import { type DocumentNode, type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { CompositionProblem } from './composition-error.js';
import { coordinatesOf } from './required-fields.js';
import { placeOf } from './schema-places.js';
import { coordinatesIn } from './service-coordinates.js';
import type { ProvidingField } from './service-rules.js';

/**
 * What services would deliver of the gateway's own. Whoever delivers the name, the e-mail address or the roles of a person in place
 * of the directory can show one person as another. What a person is known by, `id`, they have to name in any case.
 * @param schema whole, with what is @inaccessible
 * @param own the gateway's own schema
 */
export function providedOfOwn(
  schema: GraphQLSchema,
  providing: readonly ProvidingField[],
  own: DocumentNode,
): readonly CompositionProblem[] {
  const ours = new Set([...coordinatesIn(own)].map(({ coordinate }) => coordinate));
  return providing.flatMap(({ service, coordinate, fieldSet }) => {
    const report = (message: string) => [{ service, coordinate, message }];
    const provided = coordinatesOf(schema, returnedBy(schema, coordinate), fieldSet);
    if (provided === null) return report(`@provides "${fieldSet}", which cannot be found in the schema`);
    const taken = provided.filter((each) => ours.has(each) && placeOf(each)?.member !== 'id');
    return taken.length === 0 ? [] : report(`@provides what is the gateway's own: ${[...new Set(taken)].join(', ')}`);
  });
}

/** The type of a field without its lists; empty where there is none. */
function returnedBy(schema: GraphQLSchema, coordinate: string): string {
  const place = placeOf(coordinate);
  const type = schema.getType(place?.typeName ?? '');
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  return getNamedType(type.getFields()[place?.member ?? '']?.type)?.name ?? '';
}
