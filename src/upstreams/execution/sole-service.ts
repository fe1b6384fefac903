import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { marksOn } from '../composition/join-marks.js';

/** What the services of a supergraph can answer by themselves, by their names in it. */
interface Answerable {
  /** `Type.field` by the services that resolve the field with nothing but the object. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
  /** The composite types by the services that know them as what they are. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  /** `Abstract Member` by the services that know the one to be of the other. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Finds the one service that can answer the whole of a document as it stands: then there is nothing to plan. Whatever is in
 * doubt is left to the planner: fields that are worked out from others' (`@requires`), are somebody else's (`@external`), move
 * by degrees (`@override` with a label), or stand on types that the service knows in another shape.
 * @param supergraph as composed; who resolves what is taken from its `join__` directives.
 * @param schema what is built of it.
 * @returns the name in the supergraph, which is an enum value; null where no single service can.
 */
export function createSoleService(
  supergraph: DocumentNode,
  schema: GraphQLSchema,
): (document: DocumentNode) => string | null {
  const answerable = readAnswerable(supergraph);
  const services = new Set([...answerable.types.values()].flatMap((each) => [...each]));
  return (document) => {
    const left = new Set(services);
    const keep = (known: ReadonlySet<string> | undefined) => {
      for (const service of left) if (known === undefined || !known.has(service)) left.delete(service);
    };
    const keepField = (type: string, field: string) => keep(answerable.fields.get(`${type}.${field}`));
    const keepType = (name: string) => {
      keep(answerable.types.get(name));
      for (const member of membersOf(schema, name)) {
        keep(answerable.types.get(member));
        keep(answerable.members.get(`${name} ${member}`));
      }
    };
    const info = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(info, {
        Field({ name: { value: field } }) {
          if (field === '__typename') return;
          const parent = info.getParentType();
          const returned = getNamedType(info.getFieldDef()?.type);
          if (!isCompositeType(parent) || returned === undefined) return void left.clear();
          for (const type of [parent.name, ...membersOf(schema, parent.name)]) keepField(type, field);
          if (isCompositeType(returned)) keepType(returned.name);
        },
        InlineFragment({ typeCondition }) {
          if (typeCondition !== undefined) keepType(typeCondition.name.value);
        },
        FragmentDefinition({ typeCondition }) {
          // A service may call its roots by other names.
          if (ROOTS.includes(typeCondition.name.value)) left.clear();
          keepType(typeCondition.name.value);
        },
      }),
    );
    const [service = null] = left;
    return service;
  };
}

const ROOTS: readonly string[] = ['Query', 'Mutation', 'Subscription'];

function membersOf(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  if (!isAbstractType(type)) return [];
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return [...schema.getPossibleTypes(type), ...interfaces].map((member) => member.name);
}

function readAnswerable(supergraph: DocumentNode): Answerable {
  const fields = new Map<string, Set<string>>();
  const types = new Map<string, Set<string>>();
  const members = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, key: string, service: string) =>
    to.set(key, (to.get(key) ?? new Set()).add(service));

  for (const definition of supergraph.definitions) {
    const isObject = definition.kind === Kind.OBJECT_TYPE_DEFINITION;
    if (
      !isObject &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      definition.kind !== Kind.UNION_TYPE_DEFINITION
    )
      continue;
    const type = definition.name.value;
    const marks = marksOn(definition.directives);
    for (const mark of marks) {
      if (mark.name === 'join__type' && mark.args.isInterfaceObject !== 'true') add(types, type, mark.args.graph ?? '');
      // Said of the member, or of the union.
      if (mark.name === 'join__implements') add(members, `${mark.args.interface} ${type}`, mark.args.graph ?? '');
      if (mark.name === 'join__unionMember') add(members, `${type} ${mark.args.member}`, mark.args.graph ?? '');
    }
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      const stated = marksOn(field.directives).filter(({ name }) => name === 'join__field');
      // A field of which nothing is said is one of every service that has the type.
      if (stated.length === 0) for (const service of types.get(type) ?? []) add(fields, coordinate, service);
      for (const { args } of stated) if (isPlain(args)) add(fields, coordinate, args.graph ?? '');
    }
  }
  return { fields, types, members };
}

/** Nothing is said of it but which service has it, how its type is spelt there, and from whom it was taken over for good. */
function isPlain(args: Readonly<Record<string, string>>): boolean {
  return Object.entries(args).every(
    ([name, value]) =>
      ['graph', 'type', 'override', 'provides'].includes(name) ||
      (['external', 'usedOverridden'].includes(name) && value === 'false'),
  );
}
