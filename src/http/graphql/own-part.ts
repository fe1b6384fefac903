import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type CompiledRules, compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { MUTATION_RULES } from './impersonation-mutations.js';

/** The gateway's own schema within the one that is served. */
export interface OwnPart {
  /** Every directive enforced. */
  readonly schema: GraphQLSchema;
  /** Whether it answers all of a document that is valid in the served schema, under the same rules, as if it were served alone. */
  covers(document: DocumentNode): boolean;
}

/**
 * Finds what is the gateway's own business alone. It is executed in this process, by the same code and at the same cost as where
 * there are no other services; what another service adds to, or what is held to stricter rules in the served schema, is not.
 * @param own every directive enforced
 */
export function createOwnPart(own: GraphQLSchema, served: GraphQLSchema): OwnPart {
  const stricter = differences(own, rulesOf(own), rulesOf(served));
  // What another service alone has is a matter of the answer too: its objects may be of the gateway's abstract types.
  const wider = new Set(
    Object.values(own.getTypeMap()).flatMap((type) => {
      if (!isAbstractType(type)) return [];
      const there = served.getType(type.name);
      const same = isAbstractType(there) && there.constructor.name === type.constructor.name;
      return same && names(served, there).join() === names(own, type).join() ? [] : [type.name];
    }),
  );

  function covers(document: DocumentNode): boolean {
    if (validate(own, document, specifiedRules, { maxErrors: 1 }).length > 0) return false;
    const info = new TypeInfo(own);
    let covered = true;
    const meets = (type: GraphQLNamedType | null | undefined): boolean =>
      type == null || (!wider.has(type.name) && objectsOf(own, type).every((name) => !stricter.has(name)));
    visit(
      document,
      visitWithTypeInfo(info, {
        Field({ name: { value: field } }) {
          if (field === '__schema' || field === '__type') covered = false;
          const parents = objectsOf(own, info.getParentType());
          if (parents.some((parent) => stricter.has(`${parent}.${field}`))) covered = false;
          if (!meets(getNamedType(info.getFieldDef()?.type))) covered = false;
        },
        InlineFragment({ typeCondition }) {
          if (typeCondition?.kind === Kind.NAMED_TYPE && !meets(own.getType(typeCondition.name.value))) covered = false;
        },
        FragmentDefinition({ typeCondition }) {
          if (!meets(own.getType(typeCondition.name.value))) covered = false;
        },
      }),
    );
    return covered;
  }
  return { schema: own, covers };
}

function rulesOf(schema: GraphQLSchema): CompiledRules {
  return compileRules(schema, DIRECTIVES, MUTATION_RULES);
}

/** The fields, by coordinate, and object types of the gateway's own that are under other rules where they are served. */
function differences(own: GraphQLSchema, alone: CompiledRules, together: CompiledRules): ReadonlySet<string> {
  const found = new Set<string>();
  const compare = (key: string, one: unknown, other: unknown) => {
    if (JSON.stringify(one) !== JSON.stringify(other)) found.add(key);
  };
  for (const type of Object.values(own.getTypeMap())) {
    if (!isObjectType(type)) continue;
    compare(type.name, alone.types.get(type.name), together.types.get(type.name));
    for (const field of Object.keys(type.getFields())) {
      const coordinate = `${type.name}.${field}`;
      compare(coordinate, alone.fields.get(coordinate), together.fields.get(coordinate));
      compare(coordinate, alone.mutations.get(coordinate), together.mutations.get(coordinate));
    }
  }
  return found;
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType | null | undefined): readonly string[] {
  if (isObjectType(type)) return [type.name];
  return isAbstractType(type) ? names(schema, type) : [];
}

function names(schema: GraphQLSchema, type: Parameters<GraphQLSchema['getPossibleTypes']>[0]): readonly string[] {
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return [...schema.getPossibleTypes(type), ...interfaces].map(({ name }) => name).sort();
}
