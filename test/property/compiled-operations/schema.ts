import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLResolveInfo, GraphQLScalarType, isObjectType } from 'graphql';
import type { World } from './world.js';

/** An enum value whose internal value is an object. */
export const GREEN = Object.freeze({ shade: 'green' });

/** Fields whose names begin so have no resolver: they are read off their source. */
export const isOwn = (name: string): boolean => name.startsWith('own');

const LISTS = ['[Int]', '[Int]!', '[Int!]', '[Int!]!'];
const DEEP = LISTS.flatMap((inner) => [`[${inner}]`, `[${inner}]!`]);

const ARGUMENTS = `(
  int: Int = 3, sureInt: Int! = 4, float: Float, text: String, id: ID, flag: Boolean = true, colour: Colour = GREEN,
  colours: [Colour!], filter: Filter = { text: "d", colour: BLUE }, filters: [[Filter!]], any: Any, either: Either
)`;

const OWN = `
  ownText: String
  ownSureText: String!
  ownInts: [Int!]
  ownAny: Any
  ownPeer: Node
  ownThings: [Thing!]
  ownMethod(int: Int! = 1, filter: Filter): String`;

const LEAVES = `
  int: Int
  sureInt: Int!
  float: Float
  sureFloat: Float!
  text: String
  sureText: String!
  flag: Boolean
  sureFlag: Boolean!
  colour: Colour
  sureColour: Colour!
  fussy: Fussy
  sureFussy: Fussy!
  any: Any
  sureAny: Any!
  hollow: Hollow
  sureHollow: Hollow!
  colours: [Colour!]!
  anys: [[Any!]]`;

const NODE = `
  id: ID!
  peer: Node
  surePeer: Node!
  peers: [Node]
  echo${ARGUMENTS}: Any`;

const NAMED = `${NODE}
  name(upper: Boolean = false): String
  sureName: String!
  friends: [Named!]
  things: [Thing!]!`;

const typeDefs = `
  scalar Fussy
  scalar Any
  scalar Hollow
  enum Colour { RED GREEN BLUE }
  input Filter { text: String! = "text", int: Int = 5, colour: Colour, nested: Filter, list: [Filter!], flags: [[Boolean]] }
  input Either @oneOf { one: Int, other: String }
  interface Node {${NODE} }
  interface Named implements Node {${NAMED} }
  type Person implements Named & Node {${NAMED}${LEAVES}${OWN} }
  type Robot implements Named & Node {${NAMED}${OWN} lists: Lists! parts: [[Rock!]!] }
  type Rock implements Node {${NODE}${OWN} person: Person surePerson: Person! }
  union Thing = Person | Robot | Rock
  type Lists {
    ${LISTS.map((type, index) => `list${index}: ${type}`).join('\n')}
    ${DEEP.map((type, index) => `deep${index}: ${type}`).join('\n')}
    nodes: [Node!]!
    deepThings: [[Thing!]!]!
    people: [Person]
  }
  type Query {
    node: Node
    sureNode: Node!
    nodes: [Node!]
    named: Named
    thing: Thing
    sureThing: Thing!
    things: [Thing]
    deepThings: [[Thing]!]
    person: Person
    robot: Robot
    rocks: [Rock!]!
    lists: Lists
    again: Query
    ownText: String
    ownMethod(int: Int! = 1): String
    int: Int
    any: Any
    echo${ARGUMENTS}: Any
  }
  type Mutation {
    bump(by: Int! = 1): Int
    sureBump(by: Int! = 1): Int!
    node: Node
    sureNode: Node!
    things: [Thing!]
    person: Person
    echo${ARGUMENTS}: Any
  }
  type Subscription { int: Int }
`;

type Resolved = (value: unknown, world: World, info: GraphQLResolveInfo) => unknown;

const resolveType: Resolved = (value, world, info) => {
  world.called('resolveType', {}, info);
  return world.typeOf(value);
};

const isTypeOf = (name: string): Resolved =>
  function (this: unknown, value, world, info) {
    world.called(`isTypeOf ${name} of ${this}`, {}, info);
    return world.isOf(value, name);
  };

function refuseOdd(value: unknown): unknown {
  if (value === 'odd' || (typeof value === 'number' && value % 2 === 1)) throw new Error('odd is refused');
  return value;
}

function emptied(value: unknown): unknown {
  if (value === 0) return undefined;
  return value === 1 ? null : value;
}

function madeSchema() {
  const schema = makeExecutableSchema({
    typeDefs,
    resolvers: {
      Fussy: new GraphQLScalarType({ name: 'Fussy', serialize: refuseOdd }),
      Hollow: new GraphQLScalarType({ name: 'Hollow', serialize: emptied }),
      Any: new GraphQLScalarType({ name: 'Any', serialize: (value) => value }),
      Colour: { RED: 1, GREEN, BLUE: 'b' },
      Node: { __resolveType: resolveType as never },
      Named: { __resolveType: resolveType as never },
      Person: { __isTypeOf: isTypeOf('Person') as never },
      Robot: { __isTypeOf: isTypeOf('Robot') as never },
    },
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      for (const { defaultValue } of field.args) Object.freeze(defaultValue);
      if (isOwn(field.name)) continue;
      field.resolve = (_source, args, world: World, info) => world.resolve(args, info);
    }
  }
  return schema;
}

/** Everything GraphQL's type system has, with a field for each combination of nullability. */
export const schema = madeSchema();
