/** Documents that are refused before anything of them runs, by what is wrong with them. */
export interface InvalidDocument {
  readonly name: string;
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const lines = '\n'.repeat(30);

export const INVALID_DOCUMENTS: readonly InvalidDocument[] = [
  { name: 'no document', query: 'hello' },
  { name: 'blank', query: '   \n  ' },
  { name: 'a comment alone', query: '# nothing' },
  { name: 'cut off', query: '{ viewer { id ' },
  { name: 'cut off far below', query: `${lines}{ viewer { id ` },
  { name: 'an unexpected character', query: '{ viewer { id ü } }' },
  { name: 'an unterminated string', query: '{ user(id: "x) { id } }' },
  { name: 'an empty selection', query: '{ viewer { } }' },
  { name: 'too many tokens', query: `{ ${'a '.repeat(10_001)} }` },
  { name: 'an unknown field', query: '{ viewer { id nickname } }' },
  { name: 'an unknown field that is close to another', query: `{${lines}viewr { id } }` },
  { name: 'several, in lines of their own', query: '{\n  viewer {\n    id\n    a\r\n    b\r    c\n  }\n}' },
  {
    name: 'more mistakes than are told',
    query: `{ viewer { ${Array.from({ length: 150 }, (_, n) => `x${n}`).join(' ')} } }`,
  },
  { name: 'no selection of an object', query: '{ viewer }' },
  { name: 'a selection of a value', query: '{ viewer { id { length } } }' },
  { name: 'an unknown argument', query: '{ user(id: "1", nme: "x") { id } }' },
  { name: 'an argument twice', query: '{ user(id: "1", id: "2") { id } }' },
  { name: 'no argument where one has to be', query: '{ user { id } }' },
  { name: 'an argument of a wrong type', query: '{ users(first: "ten", role: SUPPORTER) { nodes { id } } }' },
  { name: 'a value that is not in an enum, but is close', query: '{ users(role: SUPORT) { nodes { id } } }' },
  { name: 'a value that looks like a suggestion', query: '{ users(first: "Did you mean this?") { nodes { id } } }' },
  {
    name: 'an object with unknown and missing fields',
    query: 'mutation { startImpersonation(input: { userid: "x", reason: 1 }) { actorToken } }',
  },
  {
    name: 'a sensitive value of a wrong type',
    query:
      'mutation { startImpersonation(input: { userId: "user_cleo", reason: ["a secret reason"] }) { actorToken } }',
  },
  {
    name: 'a field of an object twice',
    query: 'mutation { startImpersonation(input: { userId: "x", userId: "y", reason: "r" }) { actorToken } }',
  },
  { name: 'an unknown type of a variable', query: 'query ($a: Nothing) { user(id: $a) { id } }' },
  { name: 'a variable of an output type', query: 'query ($a: User) { user(id: $a) { id } }' },
  { name: 'a variable that is not declared', query: 'query Q { user(id: $id) { id } }' },
  { name: 'a variable that is not used', query: 'query ($id: ID!) { viewer { id } }' },
  { name: 'a variable twice', query: 'query ($id: ID!, $id: ID!) { user(id: $id) { id } }' },
  { name: 'a variable in a wrong place', query: 'query ($id: Int) { user(id: $id) { id } }' },
  { name: 'a default of a wrong type', query: 'query ($first: Int = "x") { users(first: $first) { nodes { id } } }' },
  { name: 'conflicting fields', query: '{ viewer { id: name id } }' },
  {
    name: 'conflicting arguments, far within',
    query:
      '{ a: viewer { id } a: viewer { id: name } users(first: 1) { nodes { id } } users(first: 2) { nodes { id } } }',
  },
  { name: 'an unknown fragment', query: '{ viewer { ...Nowhere } }' },
  { name: 'a fragment that nothing spreads', query: '{ viewer { id } } fragment F on User { name }' },
  {
    name: 'fragments in a circle',
    query: `{ viewer { ...A } }${lines}fragment A on User { id ...B } fragment B on User { ...A }`,
  },
  { name: 'a fragment within itself, further in', query: '{ viewer { ...A } } fragment A on User { id ...A }' },
  {
    name: 'two fragments of one name',
    query: '{ viewer { ...A } } fragment A on User { id } fragment A on User { name }',
  },
  { name: 'a fragment that can never apply', query: '{ viewer { ... on Query { viewer { id } } } }' },
  { name: 'a fragment on a value', query: '{ viewer { ... on String { length } } }' },
  { name: 'an unknown directive', query: '{ viewer { id @sometimes } }' },
  { name: 'a directive without its argument', query: '{ viewer { id @include } }' },
  { name: 'a directive twice', query: '{ viewer { id @skip(if: true) @skip(if: true) } }' },
  { name: 'a directive in a wrong place', query: 'query @skip(if: true) { viewer { id } }' },
  {
    name: 'a subscription of more than one field',
    query: 'subscription { impersonationSessionChanged { id } other: impersonationSessionChanged { id } }',
  },
  { name: 'a subscription of its own type', query: 'subscription { __typename }' },
  { name: 'a definition of a type', query: '{ viewer { id } } type Mine { id: ID }' },
  {
    name: 'two operations of one name',
    query: 'query A { viewer { id } } query A { viewer { name } }',
    operationName: 'A',
  },
  { name: 'one operation without a name beside another', query: '{ viewer { id } } query A { viewer { id } }' },
  { name: 'the schema', query: '{ __schema { types { name } } __type(name: "User") { name } viewer { nope } }' },
  { name: 'no operation', query: 'fragment F on User { id }' },
  { name: 'several operations and no name', query: 'query A { viewer { id } } query B { viewer { name } }' },
  { name: 'an unknown name of an operation', query: 'query A { viewer { id } }', operationName: 'B' },
  { name: 'an empty name of an operation', query: 'query A { viewer { id } }', operationName: '' },
  { name: 'a mutation that is not valid', query: 'mutation { revokeEverything }' },
  { name: 'a mutation, which GET does not take', query: 'mutation { __typename }' },
  {
    name: 'a wrong variable',
    query: 'query ($first: Int) { users(first: $first) { nodes { id } } }',
    variables: { first: 'x' },
  },
];
