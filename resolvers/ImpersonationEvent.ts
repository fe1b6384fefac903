import type { ImpersonationEventResolvers } from '../src/generated/resolvers-types.js';

export const ImpersonationEvent: ImpersonationEventResolvers = {
  id: ({ stored }) => stored.id,
  type: ({ stored }) => stored.type,
  outcome: ({ stored }) => stored.outcome,
  code: ({ body }) => body.code,
  occurredAt: ({ stored }) => stored.occurredAt,
  actor: ({ stored }, _args, { loaders }) => (stored.actorId === null ? null : loaders.person.load(stored.actorId)),
  actorId: ({ stored }) => stored.actorId,
  subject: ({ stored }, _args, { loaders }) =>
    stored.subjectId === null ? null : loaders.person.load(stored.subjectId),
  subjectId: ({ stored }) => stored.subjectId,
  sessionId: ({ stored }) => stored.sessionId,
  reason: ({ details }) => details.reason ?? null,
  ticket: ({ details }) => details.ticket ?? null,
  operation: (event) => (event.body.operation === null ? null : event),
  requestId: ({ stored }) => stored.requestId,
  ipAddress: ({ details }) => details.ipAddress ?? null,
  userAgent: ({ details }) => details.userAgent ?? null,
  count: ({ body }) => body.count ?? 1,
  gap: ({ body }) =>
    body.gap === undefined
      ? null
      : { from: Date.parse(body.gap.from), until: Date.parse(body.gap.until), lost: body.gap.lost },
  anomaly: ({ body }) => body.anomaly ?? null,
  detailsErased: ({ stored }) => stored.details === null,
  streamCursor: ({ streamCursor }) => streamCursor,
  integrity: (event) => event,
};
