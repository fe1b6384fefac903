/** Where a secret is put in. */
export interface SensitiveInput {
  /** Gives the secret as a variable. */
  readonly byVariable: { readonly document: string; readonly variables: (secret: string) => Record<string, unknown> };
  /** Gives the secret as a literal. */
  readonly byLiteral: (secret: string) => string;
}

/** By coordinate: every argument and input field that is `@sensitive`. No value of any of them may be recorded anywhere. */
export const SENSITIVE_INPUTS: Readonly<Record<string, SensitiveInput>> = {
  'Mutation.changePassword(newPassword:)': {
    byVariable: {
      document: 'mutation Change($secret: String!) { changePassword(newPassword: $secret) }',
      variables: (secret) => ({ secret }),
    },
    byLiteral: (secret) => `mutation Change { changePassword(newPassword: ${JSON.stringify(secret)}) }`,
  },
};
