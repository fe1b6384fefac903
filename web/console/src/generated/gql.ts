/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query OwnPerson {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n  }\n": typeof types.OwnPersonDocument,
    "\n  query SignIn {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n    impersonation {\n      id\n    }\n  }\n": typeof types.SignInDocument,
    "\n  query EndedSession($actorId: ID!, $subjectId: ID!) {\n    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {\n      nodes {\n        id\n        status\n        endedAt\n        endedBy {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.EndedSessionDocument,
    "\n  query Revocation($sessionId: ID!) {\n    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {\n      nodes {\n        reason\n        code\n      }\n    }\n  }\n": typeof types.RevocationDocument,
    "\n  query ActiveElsewhere($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {\n      nodes {\n        id\n        subjectId\n        expiresAt\n        subject {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.ActiveElsewhereDocument,
    "\n  mutation StopLeftover($sessionId: ID!) {\n    stopImpersonation(sessionId: $sessionId) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": typeof types.StopLeftoverDocument,
    "\n  query ActiveSessions($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 100) {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.ActiveSessionsDocument,
    "\n  mutation StartImpersonation($input: StartImpersonationInput!) {\n    startImpersonation(input: $input) {\n      actorToken\n      expiresAt\n      viewer {\n        id\n        name\n        email\n        roles\n      }\n      session {\n        id\n        access\n        reason\n        ticket\n        startedAt\n      }\n    }\n  }\n": typeof types.StartImpersonationDocument,
    "\n  mutation StopImpersonation {\n    stopImpersonation {\n      session {\n        id\n        status\n      }\n    }\n  }\n": typeof types.StopImpersonationDocument,
    "\n  query Users($search: String, $role: Role, $first: Int!, $after: String) {\n    users(search: $search, role: $role, first: $first, after: $after) {\n      nodes {\n        id\n        name\n        email\n        roles\n        disabled\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.UsersDocument,
    "\n  mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {\n    updateDeliveryNote(orderId: $orderId, note: $note) {\n      id\n      deliveryNote\n    }\n  }\n": typeof types.UpdateDeliveryNoteDocument,
    "\n  query OrdersOfViewer {\n    orders {\n      id\n      title\n      totalCents\n      placedAt\n      deliveryNote\n      cardLast4\n    }\n  }\n": typeof types.OrdersOfViewerDocument,
    "\n  mutation ChangePassword($newPassword: String!) {\n    changePassword(newPassword: $newPassword)\n  }\n": typeof types.ChangePasswordDocument,
};
const documents: Documents = {
    "\n  query OwnPerson {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n  }\n": types.OwnPersonDocument,
    "\n  query SignIn {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n    impersonation {\n      id\n    }\n  }\n": types.SignInDocument,
    "\n  query EndedSession($actorId: ID!, $subjectId: ID!) {\n    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {\n      nodes {\n        id\n        status\n        endedAt\n        endedBy {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.EndedSessionDocument,
    "\n  query Revocation($sessionId: ID!) {\n    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {\n      nodes {\n        reason\n        code\n      }\n    }\n  }\n": types.RevocationDocument,
    "\n  query ActiveElsewhere($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {\n      nodes {\n        id\n        subjectId\n        expiresAt\n        subject {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.ActiveElsewhereDocument,
    "\n  mutation StopLeftover($sessionId: ID!) {\n    stopImpersonation(sessionId: $sessionId) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": types.StopLeftoverDocument,
    "\n  query ActiveSessions($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 100) {\n      nodes {\n        id\n      }\n    }\n  }\n": types.ActiveSessionsDocument,
    "\n  mutation StartImpersonation($input: StartImpersonationInput!) {\n    startImpersonation(input: $input) {\n      actorToken\n      expiresAt\n      viewer {\n        id\n        name\n        email\n        roles\n      }\n      session {\n        id\n        access\n        reason\n        ticket\n        startedAt\n      }\n    }\n  }\n": types.StartImpersonationDocument,
    "\n  mutation StopImpersonation {\n    stopImpersonation {\n      session {\n        id\n        status\n      }\n    }\n  }\n": types.StopImpersonationDocument,
    "\n  query Users($search: String, $role: Role, $first: Int!, $after: String) {\n    users(search: $search, role: $role, first: $first, after: $after) {\n      nodes {\n        id\n        name\n        email\n        roles\n        disabled\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.UsersDocument,
    "\n  mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {\n    updateDeliveryNote(orderId: $orderId, note: $note) {\n      id\n      deliveryNote\n    }\n  }\n": types.UpdateDeliveryNoteDocument,
    "\n  query OrdersOfViewer {\n    orders {\n      id\n      title\n      totalCents\n      placedAt\n      deliveryNote\n      cardLast4\n    }\n  }\n": types.OrdersOfViewerDocument,
    "\n  mutation ChangePassword($newPassword: String!) {\n    changePassword(newPassword: $newPassword)\n  }\n": types.ChangePasswordDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OwnPerson {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n  }\n"): typeof import('./graphql.js').OwnPersonDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SignIn {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n    impersonation {\n      id\n    }\n  }\n"): typeof import('./graphql.js').SignInDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndedSession($actorId: ID!, $subjectId: ID!) {\n    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {\n      nodes {\n        id\n        status\n        endedAt\n        endedBy {\n          id\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').EndedSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Revocation($sessionId: ID!) {\n    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {\n      nodes {\n        reason\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').RevocationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ActiveElsewhere($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {\n      nodes {\n        id\n        subjectId\n        expiresAt\n        subject {\n          id\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').ActiveElsewhereDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopLeftover($sessionId: ID!) {\n    stopImpersonation(sessionId: $sessionId) {\n      session {\n        id\n        status\n      }\n    }\n  }\n"): typeof import('./graphql.js').StopLeftoverDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ActiveSessions($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 100) {\n      nodes {\n        id\n      }\n    }\n  }\n"): typeof import('./graphql.js').ActiveSessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartImpersonation($input: StartImpersonationInput!) {\n    startImpersonation(input: $input) {\n      actorToken\n      expiresAt\n      viewer {\n        id\n        name\n        email\n        roles\n      }\n      session {\n        id\n        access\n        reason\n        ticket\n        startedAt\n      }\n    }\n  }\n"): typeof import('./graphql.js').StartImpersonationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopImpersonation {\n    stopImpersonation {\n      session {\n        id\n        status\n      }\n    }\n  }\n"): typeof import('./graphql.js').StopImpersonationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Users($search: String, $role: Role, $first: Int!, $after: String) {\n    users(search: $search, role: $role, first: $first, after: $after) {\n      nodes {\n        id\n        name\n        email\n        roles\n        disabled\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').UsersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {\n    updateDeliveryNote(orderId: $orderId, note: $note) {\n      id\n      deliveryNote\n    }\n  }\n"): typeof import('./graphql.js').UpdateDeliveryNoteDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OrdersOfViewer {\n    orders {\n      id\n      title\n      totalCents\n      placedAt\n      deliveryNote\n      cardLast4\n    }\n  }\n"): typeof import('./graphql.js').OrdersOfViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePassword($newPassword: String!) {\n    changePassword(newPassword: $newPassword)\n  }\n"): typeof import('./graphql.js').ChangePasswordDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
