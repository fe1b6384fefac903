import type { HostModule } from '../../src/host-module.js';

/** What the vault keeps from whoever may not see it; no answer, event or log line may ever hold it. */
export const SECRETS = {
  margin: 'the margin is forty per cent',
  iban: 'DE02120300000000202051',
  pin: '4711-0815',
  database: 'duplicate key in mongodb://admin:hunter2@10.0.0.7/prod users.email_1',
} as const;

const PUBLIC = { __typename: 'PublicNote', id: 'public', text: 'for everybody' };
const STAFF = { __typename: 'StaffNote', id: 'staff', text: 'for staff', margin: SECRETS.margin };

/** A host module with everything an attacker would like to reach, and ways of failing. */
export function createVault(): HostModule {
  return {
    name: 'vault',
    typeDefs: `
      extend type Query {
        notes: [Note]!
        found: [Found]!
        staffNote: StaffNote
        wallet: Wallet! @authenticated
        failing(how: Failure!): String
        checkPin(pin: String! @sensitive, kind: PinKind): Boolean @authenticated
      }
      extend type Mutation {
        forgotten(note: String!): String
        setPin(pin: String! @sensitive, more: PinInput): Boolean @authenticated
        setPins(pins: [PinInput!]!): Boolean @authenticated
      }
      extend type Subscription { ticks: String @authenticated }
      interface Note { id: ID! text: String }
      type PublicNote implements Note { id: ID! text: String }
      type StaffNote implements Note @requiresRole(role: [SUPPORT, ADMIN]) { id: ID! text: String margin: String }
      union Found = PublicNote | StaffNote
      type Wallet { id: ID! iban: String @sensitive pin: String! @sensitive limit: Int @requiresRole(role: ADMIN) }
      enum PinKind { SHORT LONG }
      enum Failure { DATABASE UNKNOWN_CODE KNOWN_CODE STRING NULL SERIALISATION REJECTION }
      input PinInput { old: String! @sensitive hint: String kind: PinKind }
    `,
    resolvers: {
      Note: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Found: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Query: {
        notes: () => [PUBLIC, STAFF],
        found: () => [PUBLIC, STAFF],
        staffNote: () => STAFF,
        wallet: () => ({ id: 'wallet', iban: SECRETS.iban, pin: SECRETS.pin, limit: 100 }),
        failing: (_source: unknown, { how }: { how: string }) => fail(how),
        checkPin: (_source: unknown, { pin }: { pin: string }) => pin === SECRETS.pin,
      },
      Mutation: {
        forgotten: (_source: unknown, { note }: { note: string }) => note,
        setPin: () => true,
        setPins: () => true,
      },
      Subscription: {
        ticks: {
          async *subscribe() {
            yield { ticks: 'tick' };
            await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
          },
        },
      },
    },
  };
}

/** Every way in which a resolver of somebody else's may fail. */
function fail(how: string): unknown {
  const withCode = (code: string) =>
    Object.assign(new Error(SECRETS.database), { name: 'GraphQLError', extensions: { code } });
  switch (how) {
    case 'UNKNOWN_CODE':
      throw withCode('E11000');
    case 'KNOWN_CODE':
      throw Object.assign(new Error(SECRETS.database), {
        extensions: { code: 'BAD_USER_INPUT', query: SECRETS.database },
      });
    case 'STRING':
      throw SECRETS.database;
    case 'NULL':
      throw null;
    case 'SERIALISATION':
      return { toString: () => SECRETS.database, secret: SECRETS.database };
    case 'REJECTION':
      return Promise.reject(new Error(SECRETS.database, { cause: new Error(SECRETS.database) }));
    default:
      throw new Error(SECRETS.database);
  }
}
