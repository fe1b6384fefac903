import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { Attack } from './attack.js';
import { ELSEWHERE } from './attacks-on-places.js';
import { eventAt, idOf, type RawDatabase } from './raw-database.js';
import { otherDuration, otherSubject, withBody } from './rewriting.js';

async function edit(db: RawDatabase, chain: string, sequence: number, change: (body: string) => string) {
  const { id, body } = await eventAt(db, chain, sequence);
  await db.setInEvent(id, 'body', change(body));
}

async function changeBytes(
  db: RawDatabase,
  chain: string,
  sequence: number,
  field: 'hash' | 'previousHash' | 'signature',
) {
  const event = await eventAt(db, chain, sequence);
  const bytes = Buffer.from(event[field] ?? Buffer.alloc(64));
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  await db.setInEvent(event.id, field, bytes);
}

export const EDITED_BODIES: readonly Attack[] = [
  {
    row: 'edit a body',
    name: 'what no projection repeats',
    attack: ({ db, trail }) => edit(db, trail.one, 1, otherDuration),
    online: ['CONTENT'],
    offline: ['CONTENT'],
  },
  {
    row: 'edit a body',
    name: 'whom it was done to',
    attack: ({ db, trail }) => edit(db, trail.one, 1, otherSubject),
    online: ['CONTENT', 'PROJECTION'],
    offline: ['CONTENT'],
  },
  {
    row: 'edit a body',
    name: 'and its projection with it',
    async attack({ db, trail }) {
      await edit(db, trail.one, 1, otherSubject);
      await db.setInEvent(idOf(trail.one, 1), 'subjectId', 'user_carl');
    },
    online: ['CONTENT'],
    offline: ['CONTENT'],
  },
  {
    row: 'edit a body',
    name: 'of an event that is not sealed yet',
    attack: ({ db, trail }) => edit(db, trail.one, 9, (body) => body.replace('"durationMs":2.25', '"durationMs":2')),
    online: ['CONTENT'],
    offline: ['CONTENT'],
  },
  {
    row: 'edit a body',
    name: 'and its hash with it, in the middle of a commit',
    attack: async ({ db, trail }) => db.putEvents([withBody(await eventAt(db, trail.one, 1), otherSubject)]),
    online: ['LINK'],
    offline: ['LINK'],
  },
  {
    row: 'edit a body',
    name: 'and its hash with it, where a commit and a sealed stretch end',
    attack: async ({ db, trail }) => db.putEvents([withBody(await eventAt(db, trail.one, 3), otherSubject)]),
    online: ['COMMIT_SIGNATURE', 'LINK', 'SEAL_HEAD'],
    offline: ['COMMIT_SIGNATURE', 'LINK', 'SEAL_HEAD'],
  },
  {
    row: 'edit a body',
    name: 'so that it is none',
    attack: ({ db, trail }) => edit(db, trail.one, 1, () => '[]'),
    online: ['BODY', 'CONTENT'],
    offline: ['BODY', 'CONTENT'],
  },
  ...(['hash', 'previousHash'] as const).map(
    (field): Attack => ({
      row: 'edit a body',
      name: `no, the ${field} beside it`,
      attack: ({ db, trail }) => changeBytes(db, trail.one, 1, field),
      online: ['CONTENT', 'LINK'],
      offline: ['CONTENT', 'LINK'],
    }),
  ),
  {
    row: 'edit a body',
    name: 'no, the signature beside it',
    attack: ({ db, trail }) => changeBytes(db, trail.one, 3, 'signature'),
    online: ['COMMIT_SIGNATURE'],
    offline: ['COMMIT_SIGNATURE'],
  },
  {
    row: 'edit a body',
    name: 'no, put a signature where there is none',
    attack: ({ db, trail }) => changeBytes(db, trail.one, 1, 'signature'),
    online: ['COMMIT_SIGNATURE'],
    offline: ['COMMIT_SIGNATURE'],
  },
];

const OTHER_VALUES: Readonly<Record<string, string>> = {
  type: 'AUDIT_READ',
  outcome: 'UNKNOWN',
  actorId: 'user_grace',
  subjectId: 'user_carl',
  sessionId: 'session-2',
  requestId: 'another-request',
  operationName: 'Other',
};

export const EDITED_PROJECTIONS: readonly Attack[] = [
  ...Object.entries(OTHER_VALUES).map(
    ([field, value]): Attack => ({
      row: 'edit a projection',
      name: field,
      attack: ({ db, trail }) => db.setInEvent(idOf(trail.one, 1), field, value),
      online: ['PROJECTION'],
      offline: [],
    }),
  ),
  ...['actorId', 'subjectId', 'sessionId', 'operationName'].map(
    (field): Attack => ({
      row: 'edit a projection',
      name: `${field}, to nothing`,
      attack: ({ db, trail }) => db.setInEvent(idOf(trail.one, 1), field, null),
      online: ['PROJECTION'],
      offline: [],
    }),
  ),
  {
    row: 'edit a projection',
    name: 'operationName, where there is none',
    attack: ({ db, trail }) => db.setInEvent(idOf(trail.other, 0), 'operationName', 'Orders'),
    online: ['PROJECTION'],
    offline: [],
  },
  {
    row: 'edit a projection',
    name: 'occurredAt',
    async attack({ db, trail }) {
      const event = await eventAt(db, trail.one, 1);
      await db.putEvents([{ ...event, occurredAt: event.occurredAt + 1 }]);
    },
    online: ['PROJECTION'],
    offline: [],
  },
  {
    row: 'edit a projection',
    name: 'id',
    attack: ({ db, trail }) => db.setInEvent(idOf(trail.one, 1), 'id', 'x'),
    online: ['PROJECTION'],
    offline: [],
  },
  {
    row: 'edit a projection',
    name: 'chain: out of its own into one that nobody wrote',
    attack: ({ db, trail }) => db.setInEvent(idOf(trail.one, 1), 'chain', ELSEWHERE),
    online: ['EVENT_MISSING', 'PROJECTION', 'UNSIGNED'],
    offline: ['EVENT_MISSING', 'PROJECTION', 'UNSIGNED'],
  },
  {
    row: 'edit a projection',
    name: 'sequence: to the end of the chain',
    attack: ({ db, trail }) => db.setInEvent(idOf(trail.one, 1), 'sequence', 11),
    online: ['EVENT_MISSING', 'LINK', 'PROJECTION', 'TIME', 'UNSIGNED'],
    offline: ['EVENT_MISSING', 'LINK', 'PROJECTION', 'TIME', 'UNSIGNED'],
  },
];

export const DETAILS: readonly Attack[] = [
  {
    row: 'erase or edit details',
    name: 'erased by the port, as the gateway itself may: the trail stays valid',
    async attack({ eraseByThePort }) {
      if ((await eraseByThePort('user_cleo')) < 8) throw new Error('hardly anything was erased');
    },
    online: [],
    offline: [],
  },
  {
    row: 'erase or edit details',
    name: 'another reason',
    async attack({ db, trail }) {
      const event = await eventAt(db, trail.one, 0);
      const { salt, text } = detailsOf(event);
      await db.putEvents([{ ...event, details: { salt, text: text.replace('Case 4711', 'Case 4712') } }]);
    },
    online: ['DETAILS'],
    offline: ['DETAILS'],
  },
  {
    row: 'erase or edit details',
    name: 'another salt',
    async attack({ db, trail }) {
      const event = await eventAt(db, trail.one, 0);
      await db.putEvents([{ ...event, details: { salt: Buffer.alloc(16, 1), text: detailsOf(event).text } }]);
    },
    online: ['DETAILS'],
    offline: ['DETAILS'],
  },
  {
    row: 'erase or edit details',
    name: 'those of another event',
    async attack({ db, trail }) {
      const { details } = await eventAt(db, trail.one, 4);
      await db.putEvents([{ ...(await eventAt(db, trail.one, 0)), details }]);
    },
    online: ['DETAILS'],
    offline: ['DETAILS'],
  },
  {
    row: 'erase or edit details',
    name: 'made up after they were erased',
    async attack({ db, trail, eraseByThePort }) {
      await eraseByThePort('user_cleo');
      const event = await eventAt(db, trail.one, 0);
      if (event.details !== null) throw new Error('they were not erased');
      await db.putEvents([{ ...event, details: { salt: Buffer.alloc(16), text: '{"reason":"Case 4711"}' } }]);
    },
    online: ['DETAILS'],
    offline: ['DETAILS'],
  },
];

function detailsOf({ id, details }: StoredEvent) {
  if (details === null) throw new Error(`${id} has no details`);
  return details;
}
