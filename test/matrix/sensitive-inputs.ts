import type { HostModule } from '../../src/host-module.js';

/** Where a secret is put in. */
export interface SensitiveInput {
  /** Gives the secret as a variable. */
  readonly byVariable: { readonly document: string; readonly variables: (secret: string) => Record<string, unknown> };
  /** Gives the secret as a literal. */
  readonly byLiteral: (secret: string) => string;
  /** What an event keeps of the variables. */
  readonly recorded: string;
}

/** By coordinate: every argument and input field that is `@sensitive`. No value of any of them may be recorded anywhere. */
export const SENSITIVE_INPUTS: Readonly<Record<string, SensitiveInput>> = {
  'Mutation.changePassword(newPassword:)': {
    byVariable: {
      document: 'mutation Change($secret: String!) { changePassword(newPassword: $secret) }',
      variables: (secret) => ({ secret }),
    },
    byLiteral: (secret) => `mutation Change { changePassword(newPassword: ${JSON.stringify(secret)}) }`,
    recorded: '{"secret":"[REDACTED]"}',
  },
};

/** An application with secrets in input objects, which the shop does not have. */
export const VAULT: HostModule = {
  name: 'vault',
  typeDefs: `
    extend type Mutation { openVault(input: VaultInput!): Boolean! @authenticated }
    input VaultInput { owner: String! pins: [PinInput!]! }
    input PinInput { door: Int! pin: String! @sensitive }`,
  resolvers: { Mutation: { openVault: () => true } },
};

export const VAULT_INPUTS: Readonly<Record<string, SensitiveInput>> = {
  'PinInput.pin': {
    byVariable: {
      document: 'mutation Change($input: VaultInput!) { openVault(input: $input) }',
      variables: (pin) => ({ input: { owner: 'me', pins: [{ door: 1, pin }] } }),
    },
    byLiteral: (pin) =>
      `mutation Change { openVault(input: {owner: "me", pins: [{door: 1, pin: ${JSON.stringify(pin)}}]}) }`,
    recorded: '{"input":{"owner":"me","pins":[{"door":1,"pin":"[REDACTED]"}]}}',
  },
  'PinInput.pin, as a variable of its own': {
    byVariable: {
      document: 'mutation Change($pin: String!) { openVault(input: {owner: "me", pins: [{door: 1, pin: $pin}]}) }',
      variables: (pin) => ({ pin }),
    },
    byLiteral: (pin) =>
      `mutation Change { openVault(input: {owner: "me", pins: {door: 1, pin: ${JSON.stringify(pin)}}}) }`,
    recorded: '{"pin":"[REDACTED]"}',
  },
};
