import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { CompiledRules } from '../../../directives/compile.js';
import type { CompositionProblem } from './composition-error.js';

/** The gateway's own type of people, and what of it is not everybody's business. */
const PEOPLE = 'User';
const PERSONAL = ['email', 'roles', 'disabled'];

/** What one of the schemas defines, before composition. */
export interface DefinedBy {
  readonly name: string;
  readonly document: DocumentNode;
}

/**
 * Fields by which services give out people of the directory without any rule: the gateway answers for the rest of a `User`, e-mail address
 * and roles included, to whoever gets there. None where the personal fields themselves have rules.
 * @param rules of the composed schema
 * @param own the gateway's part, whose own fields are guarded as they have to be
 */
export function revealedPeople(
  schema: GraphQLSchema,
  { fields: rules }: Pick<CompiledRules, 'fields'>,
  own: DocumentNode,
  services: readonly DefinedBy[],
): readonly CompositionProblem[] {
  const people = schema.getType(PEOPLE);
  if (!isObjectType(people)) return [];
  const open = PERSONAL.filter((name) => name in people.getFields() && !rules.has(`${PEOPLE}.${name}`));
  if (open.length === 0) return [];
  const owned = new Set(coordinatesOf(own));
  const definedBy = new Map(services.map(({ name, document }) => [name, new Set(coordinatesOf(document))]));
  const message = `gives out people of the directory, with ${open.join(', ')}, to whoever gets there: there is no rule on it`;
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || isIntrospectionType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const coordinate = `${type.name}.${field.name}`;
      if (owned.has(coordinate) || rules.has(coordinate) || !holdsPeople(schema, getNamedType(field.type))) return [];
      const by = [...definedBy].filter(([, defined]) => defined.has(coordinate)).map(([name]) => name);
      return (by.length === 0 ? [null] : by).map((service) => ({ service, coordinate, message }));
    });
  });
}

function holdsPeople(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  if (type.name === PEOPLE) return true;
  return isAbstractType(type) && schema.getPossibleTypes(type).some(({ name }) => name === PEOPLE);
}

/** `Type.field` of everything that is defined or extended. */
function coordinatesOf({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((node) => {
    if (!('fields' in node) || node.fields === undefined || !('name' in node) || node.name === undefined) return [];
    const { name } = node;
    return node.fields.map((field) => `${name.value}.${field.name.value}`);
  });
}
