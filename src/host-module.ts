import type { IResolvers } from '@graphql-tools/utils';

/**
 * What an application gives the gateway to run inside its process: its own schema and resolvers, which join the gateway's
 * and come under the same directives. Nothing in it needs to know of impersonation.
 */
export interface HostModule {
  /** Names the module in messages at start; no client sees it. */
  readonly name: string;
  /**
   * GraphQL SDL. Root fields are added with `extend type Query` and `extend type Mutation`; the gateway's types, scalars and
   * directives may be used without being defined again.
   */
  readonly typeDefs: string;
  /** By type, then field. Each resolver gets the gateway's context; a `DateTime` is milliseconds since the epoch. */
  readonly resolvers: IResolvers;
}
