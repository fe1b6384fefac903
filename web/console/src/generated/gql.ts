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
    "\n  query AccessHistory($first: Int!, $after: String) {\n    accessHistory(first: $first, after: $after) {\n      nodes {\n        id\n        status\n        access\n        actor {\n          id\n          name\n        }\n        actorId\n        reason\n        ticket\n        startedAt\n        expiresAt\n        endedAt\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.AccessHistoryDocument,
    "\n  query OwnPerson {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n  }\n": typeof types.OwnPersonDocument,
    "\n  query Statistics($occurredAfter: DateTime!, $occurredBefore: DateTime!, $buckets: Int!) {\n    impersonationStatistics(occurredAfter: $occurredAfter, occurredBefore: $occurredBefore, buckets: $buckets) {\n      from\n      until\n      started\n      denied\n      ended\n    }\n  }\n": typeof types.StatisticsDocument,
    "\n  subscription AuditVerification {\n    auditVerification {\n      phase\n      checkedEvents\n      totalEvents\n      faults {\n        kind\n        chain\n        sequence\n        seal\n        message\n      }\n      faultCount\n      verdict\n      notCovered\n      finishedAt\n    }\n  }\n": typeof types.AuditVerificationDocument,
    "\n  query SignIn {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n    impersonation {\n      id\n    }\n  }\n": typeof types.SignInDocument,
    "\n  query EndedSession($actorId: ID!, $subjectId: ID!) {\n    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {\n      nodes {\n        id\n        status\n        expiresAt\n        endedAt\n        endedBy {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.EndedSessionDocument,
    "\n  query Revocation($sessionId: ID!) {\n    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {\n      nodes {\n        reason\n        code\n      }\n    }\n  }\n": typeof types.RevocationDocument,
    "\n  mutation RevokeAgain($sessionId: ID!, $reason: String!) {\n    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": typeof types.RevokeAgainDocument,
    "\n  query ActiveElsewhere($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {\n      nodes {\n        id\n        subjectId\n        expiresAt\n        subject {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.ActiveElsewhereDocument,
    "\n  query ActiveSessions($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 100) {\n      nodes {\n        id\n      }\n    }\n  }\n": typeof types.ActiveSessionsDocument,
    "\n  mutation StartImpersonation($input: StartImpersonationInput!) {\n    startImpersonation(input: $input) {\n      actorToken\n      expiresAt\n      viewer {\n        id\n        name\n        email\n        roles\n      }\n      session {\n        id\n        access\n        reason\n        ticket\n        startedAt\n      }\n    }\n  }\n": typeof types.StartImpersonationDocument,
    "\n  mutation StopImpersonation {\n    stopImpersonation {\n      session {\n        id\n        status\n      }\n    }\n  }\n": typeof types.StopImpersonationDocument,
    "\n  mutation StopLeftover($sessionId: ID!) {\n    stopImpersonation(sessionId: $sessionId) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": typeof types.StopLeftoverDocument,
    "\n  query FindPeople($search: String!) {\n    users(search: $search, first: 8) {\n      nodes {\n        id\n        name\n        email\n      }\n    }\n  }\n": typeof types.FindPeopleDocument,
    "\n  query PersonById($id: ID!) {\n    user(id: $id) {\n      id\n      name\n    }\n  }\n": typeof types.PersonByIdDocument,
    "\n  query Sessions($filter: ImpersonationSessionFilter, $first: Int!, $after: String) {\n    impersonationSessions(filter: $filter, first: $first, after: $after) {\n      nodes {\n        ...SessionRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  query Session($id: ID!) {\n    impersonationSession(id: $id) {\n      ...SessionRow\n    }\n  }\n": typeof types.SessionDocument,
    "\n  fragment SessionRow on ImpersonationSession {\n    id\n    status\n    access\n    actor {\n      name\n    }\n    actorId\n    subject {\n      name\n    }\n    subjectId\n    reason\n    ticket\n    startedAt\n    expiresAt\n    endedAt\n    endedBy {\n      id\n      name\n    }\n  }\n": typeof types.SessionRowFragmentDoc,
    "\n  subscription SessionChanges($filter: ImpersonationEventFilter!, $after: String) {\n    impersonationEventRecorded(filter: $filter, after: $after) {\n      id\n      streamCursor\n    }\n  }\n": typeof types.SessionChangesDocument,
    "\n  mutation Revoke($sessionId: ID!, $reason: String!) {\n    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": typeof types.RevokeDocument,
    "\n  fragment EventRowFields on ImpersonationEvent {\n    id\n    type\n    outcome\n    code\n    occurredAt\n    actor {\n      name\n    }\n    actorId\n    subject {\n      name\n    }\n    subjectId\n    operation {\n      name\n      type\n      fields\n    }\n    count\n    gap {\n      lost\n    }\n    anomaly {\n      kind\n      threshold\n      windowSeconds\n    }\n    detailsErased\n    integrity {\n      status\n    }\n  }\n": typeof types.EventRowFieldsFragmentDoc,
    "\n  query Events($filter: ImpersonationEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    impersonationEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          ...EventRowFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n      }\n    }\n  }\n": typeof types.EventsDocument,
    "\n  subscription EventsRecorded($filter: ImpersonationEventFilter, $after: String) {\n    impersonationEventRecorded(filter: $filter, after: $after) {\n      ...EventRowFields\n      streamCursor\n    }\n  }\n": typeof types.EventsRecordedDocument,
    "\n  query EventInChain(\n    $id: ID!\n    $previous: ID!\n    $hasPrevious: Boolean!\n    $next: ID!\n    $hasNext: Boolean!\n  ) {\n    event: impersonationEvent(id: $id) {\n      ...EventRowFields\n      sessionId\n      reason\n      ticket\n      operation {\n        documentHash\n        variables\n        errorCodes\n        durationMs\n        upstreams\n      }\n      requestId\n      ipAddress\n      userAgent\n      gap {\n        from\n        until\n      }\n      anomaly {\n        codes\n      }\n      integrity {\n        chain\n        sequence\n        hash\n        previousHash\n      }\n    }\n    previous: impersonationEvent(id: $previous) @include(if: $hasPrevious) {\n      id\n      type\n      integrity {\n        hash\n      }\n    }\n    next: impersonationEvent(id: $next) @include(if: $hasNext) {\n      id\n      type\n      integrity {\n        previousHash\n      }\n    }\n  }\n": typeof types.EventInChainDocument,
    "\n  query Users($search: String, $role: Role, $first: Int!, $after: String) {\n    users(search: $search, role: $role, first: $first, after: $after) {\n      nodes {\n        id\n        name\n        email\n        roles\n        disabled\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.UsersDocument,
    "\n  mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {\n    updateDeliveryNote(orderId: $orderId, note: $note) {\n      id\n      deliveryNote\n    }\n  }\n": typeof types.UpdateDeliveryNoteDocument,
    "\n  query OrdersOfViewer {\n    orders {\n      id\n      title\n      totalCents\n      placedAt\n      deliveryNote\n      cardLast4\n    }\n  }\n": typeof types.OrdersOfViewerDocument,
    "\n  mutation ChangePassword($newPassword: String!) {\n    changePassword(newPassword: $newPassword)\n  }\n": typeof types.ChangePasswordDocument,
};
const documents: Documents = {
    "\n  query AccessHistory($first: Int!, $after: String) {\n    accessHistory(first: $first, after: $after) {\n      nodes {\n        id\n        status\n        access\n        actor {\n          id\n          name\n        }\n        actorId\n        reason\n        ticket\n        startedAt\n        expiresAt\n        endedAt\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.AccessHistoryDocument,
    "\n  query OwnPerson {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n  }\n": types.OwnPersonDocument,
    "\n  query Statistics($occurredAfter: DateTime!, $occurredBefore: DateTime!, $buckets: Int!) {\n    impersonationStatistics(occurredAfter: $occurredAfter, occurredBefore: $occurredBefore, buckets: $buckets) {\n      from\n      until\n      started\n      denied\n      ended\n    }\n  }\n": types.StatisticsDocument,
    "\n  subscription AuditVerification {\n    auditVerification {\n      phase\n      checkedEvents\n      totalEvents\n      faults {\n        kind\n        chain\n        sequence\n        seal\n        message\n      }\n      faultCount\n      verdict\n      notCovered\n      finishedAt\n    }\n  }\n": types.AuditVerificationDocument,
    "\n  query SignIn {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n    impersonation {\n      id\n    }\n  }\n": types.SignInDocument,
    "\n  query EndedSession($actorId: ID!, $subjectId: ID!) {\n    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {\n      nodes {\n        id\n        status\n        expiresAt\n        endedAt\n        endedBy {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.EndedSessionDocument,
    "\n  query Revocation($sessionId: ID!) {\n    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {\n      nodes {\n        reason\n        code\n      }\n    }\n  }\n": types.RevocationDocument,
    "\n  mutation RevokeAgain($sessionId: ID!, $reason: String!) {\n    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": types.RevokeAgainDocument,
    "\n  query ActiveElsewhere($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {\n      nodes {\n        id\n        subjectId\n        expiresAt\n        subject {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.ActiveElsewhereDocument,
    "\n  query ActiveSessions($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 100) {\n      nodes {\n        id\n      }\n    }\n  }\n": types.ActiveSessionsDocument,
    "\n  mutation StartImpersonation($input: StartImpersonationInput!) {\n    startImpersonation(input: $input) {\n      actorToken\n      expiresAt\n      viewer {\n        id\n        name\n        email\n        roles\n      }\n      session {\n        id\n        access\n        reason\n        ticket\n        startedAt\n      }\n    }\n  }\n": types.StartImpersonationDocument,
    "\n  mutation StopImpersonation {\n    stopImpersonation {\n      session {\n        id\n        status\n      }\n    }\n  }\n": types.StopImpersonationDocument,
    "\n  mutation StopLeftover($sessionId: ID!) {\n    stopImpersonation(sessionId: $sessionId) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": types.StopLeftoverDocument,
    "\n  query FindPeople($search: String!) {\n    users(search: $search, first: 8) {\n      nodes {\n        id\n        name\n        email\n      }\n    }\n  }\n": types.FindPeopleDocument,
    "\n  query PersonById($id: ID!) {\n    user(id: $id) {\n      id\n      name\n    }\n  }\n": types.PersonByIdDocument,
    "\n  query Sessions($filter: ImpersonationSessionFilter, $first: Int!, $after: String) {\n    impersonationSessions(filter: $filter, first: $first, after: $after) {\n      nodes {\n        ...SessionRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.SessionsDocument,
    "\n  query Session($id: ID!) {\n    impersonationSession(id: $id) {\n      ...SessionRow\n    }\n  }\n": types.SessionDocument,
    "\n  fragment SessionRow on ImpersonationSession {\n    id\n    status\n    access\n    actor {\n      name\n    }\n    actorId\n    subject {\n      name\n    }\n    subjectId\n    reason\n    ticket\n    startedAt\n    expiresAt\n    endedAt\n    endedBy {\n      id\n      name\n    }\n  }\n": types.SessionRowFragmentDoc,
    "\n  subscription SessionChanges($filter: ImpersonationEventFilter!, $after: String) {\n    impersonationEventRecorded(filter: $filter, after: $after) {\n      id\n      streamCursor\n    }\n  }\n": types.SessionChangesDocument,
    "\n  mutation Revoke($sessionId: ID!, $reason: String!) {\n    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {\n      session {\n        id\n        status\n      }\n    }\n  }\n": types.RevokeDocument,
    "\n  fragment EventRowFields on ImpersonationEvent {\n    id\n    type\n    outcome\n    code\n    occurredAt\n    actor {\n      name\n    }\n    actorId\n    subject {\n      name\n    }\n    subjectId\n    operation {\n      name\n      type\n      fields\n    }\n    count\n    gap {\n      lost\n    }\n    anomaly {\n      kind\n      threshold\n      windowSeconds\n    }\n    detailsErased\n    integrity {\n      status\n    }\n  }\n": types.EventRowFieldsFragmentDoc,
    "\n  query Events($filter: ImpersonationEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    impersonationEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          ...EventRowFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n      }\n    }\n  }\n": types.EventsDocument,
    "\n  subscription EventsRecorded($filter: ImpersonationEventFilter, $after: String) {\n    impersonationEventRecorded(filter: $filter, after: $after) {\n      ...EventRowFields\n      streamCursor\n    }\n  }\n": types.EventsRecordedDocument,
    "\n  query EventInChain(\n    $id: ID!\n    $previous: ID!\n    $hasPrevious: Boolean!\n    $next: ID!\n    $hasNext: Boolean!\n  ) {\n    event: impersonationEvent(id: $id) {\n      ...EventRowFields\n      sessionId\n      reason\n      ticket\n      operation {\n        documentHash\n        variables\n        errorCodes\n        durationMs\n        upstreams\n      }\n      requestId\n      ipAddress\n      userAgent\n      gap {\n        from\n        until\n      }\n      anomaly {\n        codes\n      }\n      integrity {\n        chain\n        sequence\n        hash\n        previousHash\n      }\n    }\n    previous: impersonationEvent(id: $previous) @include(if: $hasPrevious) {\n      id\n      type\n      integrity {\n        hash\n      }\n    }\n    next: impersonationEvent(id: $next) @include(if: $hasNext) {\n      id\n      type\n      integrity {\n        previousHash\n      }\n    }\n  }\n": types.EventInChainDocument,
    "\n  query Users($search: String, $role: Role, $first: Int!, $after: String) {\n    users(search: $search, role: $role, first: $first, after: $after) {\n      nodes {\n        id\n        name\n        email\n        roles\n        disabled\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.UsersDocument,
    "\n  mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {\n    updateDeliveryNote(orderId: $orderId, note: $note) {\n      id\n      deliveryNote\n    }\n  }\n": types.UpdateDeliveryNoteDocument,
    "\n  query OrdersOfViewer {\n    orders {\n      id\n      title\n      totalCents\n      placedAt\n      deliveryNote\n      cardLast4\n    }\n  }\n": types.OrdersOfViewerDocument,
    "\n  mutation ChangePassword($newPassword: String!) {\n    changePassword(newPassword: $newPassword)\n  }\n": types.ChangePasswordDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AccessHistory($first: Int!, $after: String) {\n    accessHistory(first: $first, after: $after) {\n      nodes {\n        id\n        status\n        access\n        actor {\n          id\n          name\n        }\n        actorId\n        reason\n        ticket\n        startedAt\n        expiresAt\n        endedAt\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').AccessHistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OwnPerson {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n  }\n"): typeof import('./graphql.js').OwnPersonDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Statistics($occurredAfter: DateTime!, $occurredBefore: DateTime!, $buckets: Int!) {\n    impersonationStatistics(occurredAfter: $occurredAfter, occurredBefore: $occurredBefore, buckets: $buckets) {\n      from\n      until\n      started\n      denied\n      ended\n    }\n  }\n"): typeof import('./graphql.js').StatisticsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription AuditVerification {\n    auditVerification {\n      phase\n      checkedEvents\n      totalEvents\n      faults {\n        kind\n        chain\n        sequence\n        seal\n        message\n      }\n      faultCount\n      verdict\n      notCovered\n      finishedAt\n    }\n  }\n"): typeof import('./graphql.js').AuditVerificationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SignIn {\n    viewer {\n      id\n      name\n      email\n      roles\n    }\n    impersonation {\n      id\n    }\n  }\n"): typeof import('./graphql.js').SignInDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndedSession($actorId: ID!, $subjectId: ID!) {\n    impersonationSessions(filter: { actorId: $actorId, subjectId: $subjectId }, first: 50) {\n      nodes {\n        id\n        status\n        expiresAt\n        endedAt\n        endedBy {\n          id\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').EndedSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Revocation($sessionId: ID!) {\n    impersonationEvents(filter: { sessionId: $sessionId, types: [IMPERSONATION_REVOKED] }, first: 1) {\n      nodes {\n        reason\n        code\n      }\n    }\n  }\n"): typeof import('./graphql.js').RevocationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeAgain($sessionId: ID!, $reason: String!) {\n    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {\n      session {\n        id\n        status\n      }\n    }\n  }\n"): typeof import('./graphql.js').RevokeAgainDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ActiveElsewhere($actorId: ID!) {\n    impersonationSessions(filter: { status: ACTIVE, actorId: $actorId }, first: 20) {\n      nodes {\n        id\n        subjectId\n        expiresAt\n        subject {\n          id\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.js').ActiveElsewhereDocument;
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
export function graphql(source: "\n  mutation StopLeftover($sessionId: ID!) {\n    stopImpersonation(sessionId: $sessionId) {\n      session {\n        id\n        status\n      }\n    }\n  }\n"): typeof import('./graphql.js').StopLeftoverDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindPeople($search: String!) {\n    users(search: $search, first: 8) {\n      nodes {\n        id\n        name\n        email\n      }\n    }\n  }\n"): typeof import('./graphql.js').FindPeopleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PersonById($id: ID!) {\n    user(id: $id) {\n      id\n      name\n    }\n  }\n"): typeof import('./graphql.js').PersonByIdDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($filter: ImpersonationSessionFilter, $first: Int!, $after: String) {\n    impersonationSessions(filter: $filter, first: $first, after: $after) {\n      nodes {\n        ...SessionRow\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').SessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Session($id: ID!) {\n    impersonationSession(id: $id) {\n      ...SessionRow\n    }\n  }\n"): typeof import('./graphql.js').SessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SessionRow on ImpersonationSession {\n    id\n    status\n    access\n    actor {\n      name\n    }\n    actorId\n    subject {\n      name\n    }\n    subjectId\n    reason\n    ticket\n    startedAt\n    expiresAt\n    endedAt\n    endedBy {\n      id\n      name\n    }\n  }\n"): typeof import('./graphql.js').SessionRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription SessionChanges($filter: ImpersonationEventFilter!, $after: String) {\n    impersonationEventRecorded(filter: $filter, after: $after) {\n      id\n      streamCursor\n    }\n  }\n"): typeof import('./graphql.js').SessionChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Revoke($sessionId: ID!, $reason: String!) {\n    revokeImpersonation(input: { sessionId: $sessionId, reason: $reason }) {\n      session {\n        id\n        status\n      }\n    }\n  }\n"): typeof import('./graphql.js').RevokeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EventRowFields on ImpersonationEvent {\n    id\n    type\n    outcome\n    code\n    occurredAt\n    actor {\n      name\n    }\n    actorId\n    subject {\n      name\n    }\n    subjectId\n    operation {\n      name\n      type\n      fields\n    }\n    count\n    gap {\n      lost\n    }\n    anomaly {\n      kind\n      threshold\n      windowSeconds\n    }\n    detailsErased\n    integrity {\n      status\n    }\n  }\n"): typeof import('./graphql.js').EventRowFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Events($filter: ImpersonationEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    impersonationEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          ...EventRowFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n      }\n    }\n  }\n"): typeof import('./graphql.js').EventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription EventsRecorded($filter: ImpersonationEventFilter, $after: String) {\n    impersonationEventRecorded(filter: $filter, after: $after) {\n      ...EventRowFields\n      streamCursor\n    }\n  }\n"): typeof import('./graphql.js').EventsRecordedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EventInChain(\n    $id: ID!\n    $previous: ID!\n    $hasPrevious: Boolean!\n    $next: ID!\n    $hasNext: Boolean!\n  ) {\n    event: impersonationEvent(id: $id) {\n      ...EventRowFields\n      sessionId\n      reason\n      ticket\n      operation {\n        documentHash\n        variables\n        errorCodes\n        durationMs\n        upstreams\n      }\n      requestId\n      ipAddress\n      userAgent\n      gap {\n        from\n        until\n      }\n      anomaly {\n        codes\n      }\n      integrity {\n        chain\n        sequence\n        hash\n        previousHash\n      }\n    }\n    previous: impersonationEvent(id: $previous) @include(if: $hasPrevious) {\n      id\n      type\n      integrity {\n        hash\n      }\n    }\n    next: impersonationEvent(id: $next) @include(if: $hasNext) {\n      id\n      type\n      integrity {\n        previousHash\n      }\n    }\n  }\n"): typeof import('./graphql.js').EventInChainDocument;
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
