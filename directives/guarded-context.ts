import type { GraphQLResolveInfo } from 'graphql';
import type { Identity } from '../src/domain/identity.js';
import type { ErrorCode } from '../src/errors/index.js';
import type { DenyDecision } from '../src/policy/index.js';

/** What the directives need of a request's context. */
export interface GuardedContext {
  /** Read anew at each field; the object itself must never change. */
  readonly identity: Identity;
  /**
   * Whether the impersonation session of this request has ended meanwhile. Asked before each root mutation field: an earlier
   * one of the same operation may have ended it.
   */
  sessionEnded?(): boolean;
  /**
   * Why the session of this request may not go on; null where it may, or there is none. Where the answer had to be waited for it is
   * asked anew: `sessionEnded` tells what is known, this finds out.
   */
  sessionFault?(): ErrorCode | null | Promise<ErrorCode | null>;
  /** Whether the operation was given up meanwhile: then none of its mutations may begin any more. */
  timeIsUp?(): boolean;
}

/** What was refused, and where. */
export interface DenialInfo {
  /** `Type.field`; or the object type that an abstract type resolved to, where that type was refused. */
  readonly coordinate: string;
  /** The type and field being resolved, and its path in the result. */
  readonly parentType: string;
  readonly fieldName: string;
  readonly path: GraphQLResolveInfo['path'];
  /** The field's arguments as the client gave them, sensitive ones included; empty where a type was refused. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly decision: DenyDecision;
}

export interface DirectiveHooks<Context extends GuardedContext = GuardedContext> {
  /** Called for every refusal, before its error is thrown or the field made null. What it throws takes the error's place. */
  onDenied?(context: Context, denied: DenialInfo): void;
  /**
   * Called for every root mutation field that was allowed, before its resolver, which waits where a promise is returned.
   * What it throws refuses the field.
   */
  beforeMutation?(context: Context, info: GraphQLResolveInfo): void | Promise<void>;
}
