/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What an impersonation may do. */
export type ImpersonationAccess =
  /** Mutations are allowed, except those marked `@blockedWhileImpersonating`. */
  | 'FULL'
  /** Every mutation but `stopImpersonation` is refused. */
  | 'READ_ONLY';

/** Where an impersonation session is in its life. */
export type ImpersonationSessionStatus =
  /** Its actor token is accepted. */
  | 'ACTIVE'
  /** Its time ran out. */
  | 'EXPIRED'
  /** Somebody else, or the gateway, ended it. */
  | 'REVOKED'
  /** The actor ended it. */
  | 'STOPPED';

/**
 * What a person may be. The user directory decides who holds which roles. Other schemas may extend this list; a role that no
 * rule names grants nothing.
 */
export type Role =
  /** May impersonate others. Can never be impersonated, unless configured otherwise. */
  | 'ADMIN'
  /** Reads the audit trail. Can never be impersonated, unless configured otherwise. */
  | 'AUDITOR'
  /** Works on support cases: may look people up. */
  | 'SUPPORT'
  /** A customer. */
  | 'USER';

/** Whom to impersonate, why and for how long. */
export type StartImpersonationInput = {
  /** What the session may do. */
  readonly access?: ImpersonationAccess | null | undefined;
  /** How long, in seconds: 60 to the configured maximum. Out of range is an error, never adjusted. */
  readonly durationSeconds?: number | null | undefined;
  /** Why: 3 to 500 characters after trimming. Kept in the audit trail. */
  readonly reason: string;
  /** The support case or the like, up to 100 characters. */
  readonly ticket?: string | null | undefined;
  /** The subject: the user to act as. */
  readonly userId: string | number;
};

export type OwnPersonQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnPersonQuery = { readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role> } | null };

export type SignInQueryVariables = Exact<{ [key: string]: never; }>;


export type SignInQuery = { readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role> } | null, readonly impersonation: { readonly id: string } | null };

export type EndedSessionQueryVariables = Exact<{
  actorId: string | number;
  subjectId: string | number;
}>;


export type EndedSessionQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ImpersonationSessionStatus, readonly endedAt: string | null, readonly endedBy: { readonly id: string, readonly name: string } | null }> } };

export type RevocationQueryVariables = Exact<{
  sessionId: string | number;
}>;


export type RevocationQuery = { readonly impersonationEvents: { readonly nodes: ReadonlyArray<{ readonly reason: string | null, readonly code: string | null }> } };

export type ActiveElsewhereQueryVariables = Exact<{
  actorId: string | number;
}>;


export type ActiveElsewhereQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly subjectId: string, readonly expiresAt: string, readonly subject: { readonly id: string, readonly name: string } | null }> } };

export type StopLeftoverMutationVariables = Exact<{
  sessionId: string | number;
}>;


export type StopLeftoverMutation = { readonly stopImpersonation: { readonly session: { readonly id: string, readonly status: ImpersonationSessionStatus } } };

export type ActiveSessionsQueryVariables = Exact<{
  actorId: string | number;
}>;


export type ActiveSessionsQuery = { readonly impersonationSessions: { readonly nodes: ReadonlyArray<{ readonly id: string }> } };

export type StartImpersonationMutationVariables = Exact<{
  input: StartImpersonationInput;
}>;


export type StartImpersonationMutation = { readonly startImpersonation: { readonly actorToken: string, readonly expiresAt: string, readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role> }, readonly session: { readonly id: string, readonly access: ImpersonationAccess, readonly reason: string, readonly ticket: string | null, readonly startedAt: string } } };

export type StopImpersonationMutationVariables = Exact<{ [key: string]: never; }>;


export type StopImpersonationMutation = { readonly stopImpersonation: { readonly session: { readonly id: string, readonly status: ImpersonationSessionStatus } } };

export type UsersQueryVariables = Exact<{
  search?: string | null | undefined;
  role?: Role | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type UsersQuery = { readonly users: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly email: string, readonly roles: ReadonlyArray<Role>, readonly disabled: boolean }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type UpdateDeliveryNoteMutationVariables = Exact<{
  orderId: string | number;
  note: string;
}>;


export type UpdateDeliveryNoteMutation = { readonly updateDeliveryNote: { readonly id: string, readonly deliveryNote: string | null } };

export type OrdersOfViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type OrdersOfViewerQuery = { readonly orders: ReadonlyArray<{ readonly id: string, readonly title: string, readonly totalCents: number, readonly placedAt: string, readonly deliveryNote: string | null, readonly cardLast4: string | null }> };

export type ChangePasswordMutationVariables = Exact<{
  newPassword: string;
}>;


export type ChangePasswordMutation = { readonly changePassword: boolean };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const OwnPersonDocument = new TypedDocumentString(`
    query OwnPerson {
  viewer {
    id
    name
    email
    roles
  }
}
    `) as unknown as TypedDocumentString<OwnPersonQuery, OwnPersonQueryVariables>;
export const SignInDocument = new TypedDocumentString(`
    query SignIn {
  viewer {
    id
    name
    email
    roles
  }
  impersonation {
    id
  }
}
    `) as unknown as TypedDocumentString<SignInQuery, SignInQueryVariables>;
export const EndedSessionDocument = new TypedDocumentString(`
    query EndedSession($actorId: ID!, $subjectId: ID!) {
  impersonationSessions(
    filter: {actorId: $actorId, subjectId: $subjectId}
    first: 50
  ) {
    nodes {
      id
      status
      endedAt
      endedBy {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EndedSessionQuery, EndedSessionQueryVariables>;
export const RevocationDocument = new TypedDocumentString(`
    query Revocation($sessionId: ID!) {
  impersonationEvents(
    filter: {sessionId: $sessionId, types: [IMPERSONATION_REVOKED]}
    first: 1
  ) {
    nodes {
      reason
      code
    }
  }
}
    `) as unknown as TypedDocumentString<RevocationQuery, RevocationQueryVariables>;
export const ActiveElsewhereDocument = new TypedDocumentString(`
    query ActiveElsewhere($actorId: ID!) {
  impersonationSessions(filter: {status: ACTIVE, actorId: $actorId}, first: 20) {
    nodes {
      id
      subjectId
      expiresAt
      subject {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ActiveElsewhereQuery, ActiveElsewhereQueryVariables>;
export const StopLeftoverDocument = new TypedDocumentString(`
    mutation StopLeftover($sessionId: ID!) {
  stopImpersonation(sessionId: $sessionId) {
    session {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<StopLeftoverMutation, StopLeftoverMutationVariables>;
export const ActiveSessionsDocument = new TypedDocumentString(`
    query ActiveSessions($actorId: ID!) {
  impersonationSessions(filter: {status: ACTIVE, actorId: $actorId}, first: 100) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<ActiveSessionsQuery, ActiveSessionsQueryVariables>;
export const StartImpersonationDocument = new TypedDocumentString(`
    mutation StartImpersonation($input: StartImpersonationInput!) {
  startImpersonation(input: $input) {
    actorToken
    expiresAt
    viewer {
      id
      name
      email
      roles
    }
    session {
      id
      access
      reason
      ticket
      startedAt
    }
  }
}
    `) as unknown as TypedDocumentString<StartImpersonationMutation, StartImpersonationMutationVariables>;
export const StopImpersonationDocument = new TypedDocumentString(`
    mutation StopImpersonation {
  stopImpersonation {
    session {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<StopImpersonationMutation, StopImpersonationMutationVariables>;
export const UsersDocument = new TypedDocumentString(`
    query Users($search: String, $role: Role, $first: Int!, $after: String) {
  users(search: $search, role: $role, first: $first, after: $after) {
    nodes {
      id
      name
      email
      roles
      disabled
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const UpdateDeliveryNoteDocument = new TypedDocumentString(`
    mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {
  updateDeliveryNote(orderId: $orderId, note: $note) {
    id
    deliveryNote
  }
}
    `) as unknown as TypedDocumentString<UpdateDeliveryNoteMutation, UpdateDeliveryNoteMutationVariables>;
export const OrdersOfViewerDocument = new TypedDocumentString(`
    query OrdersOfViewer {
  orders {
    id
    title
    totalCents
    placedAt
    deliveryNote
    cardLast4
  }
}
    `) as unknown as TypedDocumentString<OrdersOfViewerQuery, OrdersOfViewerQueryVariables>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($newPassword: String!) {
  changePassword(newPassword: $newPassword)
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;