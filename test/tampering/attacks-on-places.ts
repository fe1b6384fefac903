import type { Attack } from './attack.js';
import { eventAt, idOf } from './raw-database.js';
import { hashOf, MALLORYS_KEY, otherSubject, rechain } from './rewriting.js';

/** A chain that no gateway wrote. */
export const ELSEWHERE = '11111111-2222-4333-8444-555555555555';

/** What a page of events shows to an auditor, and nobody comes to who reads the chain from its beginning. */
const beforeTheFirst = (name: string, sequence: number): Attack => ({
  row: 'duplicate',
  name: `before the first of its chain, with its place and hash made to fit: ${name}`,
  async attack({ db, trail }) {
    const event = await eventAt(db, trail.one, 1);
    const body = event.body.replace('"sequence":1,', `"sequence":${sequence},`);
    const placed = { ...event, id: idOf(trail.one, sequence), sequence, body };
    await db.putEvents([{ ...placed, hash: hashOf(event.previousHash, body), signature: null }]);
  },
  online: ['UNREADABLE'],
  // An export goes through the chains, and leaves it out.
  offline: [],
});

export const MOVED_EVENTS: readonly Attack[] = [
  beforeTheFirst('at -1', -1),
  beforeTheFirst('at the lowest number', -2_147_483_648),
  {
    row: 'delete in the middle',
    name: 'one event of a commit',
    attack: ({ db, trail }) => db.deleteEvents([idOf(trail.one, 1)]),
    online: ['EVENT_MISSING'],
    offline: ['EVENT_MISSING'],
  },
  {
    row: 'delete in the middle',
    name: 'several, the end of a sealed stretch among them',
    attack: ({ db, trail }) => db.deleteEvents([idOf(trail.one, 3), idOf(trail.one, 4)]),
    online: ['EVENT_MISSING'],
    offline: ['EVENT_MISSING'],
  },
  {
    row: 'delete in the middle',
    name: 'the first, which starts a session and holds the key of the chain',
    attack: ({ db, trail }) => db.deleteEvents([idOf(trail.one, 0)]),
    online: ['EVENT_MISSING', 'SESSION_NOT_STARTED'],
    offline: ['EVENT_MISSING', 'SESSION_NOT_STARTED'],
  },
  {
    row: 'delete in the middle',
    name: 'and close the gap by moving the rest up',
    async attack({ db, trail }) {
      const rest = (await db.events()).filter(({ chain, sequence }) => chain === trail.one && sequence > 1);
      const last = rest.at(-1);
      await db.putEvents(
        rest.map((event) => ({ ...event, sequence: event.sequence - 1, id: idOf(trail.one, event.sequence - 1) })),
      );
      if (last !== undefined) await db.deleteEvents([last.id]);
    },
    online: ['COMMIT_SIGNATURE', 'LINK', 'PROJECTION', 'SEAL_HEAD', 'UNSIGNED'],
    offline: ['COMMIT_SIGNATURE', 'LINK', 'PROJECTION', 'SEAL_HEAD', 'UNSIGNED'],
  },
  {
    row: 'duplicate',
    name: 'under another id',
    async attack({ db, trail }) {
      const event = await eventAt(db, trail.one, 1);
      await db.putEvents([{ ...event, id: `${event.id}x` }]);
    },
    online: ['EVENT_REPEATED', 'PROJECTION'],
    offline: ['EVENT_REPEATED'],
  },
  {
    row: 'duplicate',
    name: 'at the end of its chain',
    async attack({ db, trail }) {
      const event = await eventAt(db, trail.one, 1);
      await db.putEvents([{ ...event, id: idOf(trail.one, 11), sequence: 11 }]);
    },
    online: ['LINK', 'PROJECTION', 'TIME', 'UNSIGNED'],
    offline: ['LINK', 'PROJECTION', 'TIME', 'UNSIGNED'],
  },
  {
    row: 'duplicate',
    name: 'at the end of its chain, with its place and hash made to fit',
    async attack({ db, trail }) {
      const [event, last] = [await eventAt(db, trail.one, 1), await eventAt(db, trail.one, 10)];
      const body = event.body.replace('"sequence":1,', '"sequence":11,');
      const placed = { ...event, id: idOf(trail.one, 11), sequence: 11, body, previousHash: last.hash };
      await db.putEvents([{ ...placed, hash: hashOf(last.hash, body) }]);
    },
    online: ['TIME', 'UNSIGNED'],
    offline: ['TIME', 'UNSIGNED'],
  },
  {
    row: 'duplicate',
    name: 'a whole chain under another name',
    async attack({ db, trail }) {
      const chain = (await db.events()).filter((event) => event.chain === trail.other);
      await db.putEvents(chain.map((event) => ({ ...event, chain: ELSEWHERE, id: idOf(ELSEWHERE, event.sequence) })));
    },
    online: ['CHAIN_KEY', 'COMMIT_SIGNATURE', 'LINK', 'PROJECTION'],
    offline: ['CHAIN_KEY', 'COMMIT_SIGNATURE', 'LINK', 'PROJECTION'],
  },
  {
    row: 'reorder',
    name: 'two events of a commit',
    async attack({ db, trail }) {
      const [first, second] = [await eventAt(db, trail.one, 1), await eventAt(db, trail.one, 2)];
      await db.putEvents([
        { ...first, id: second.id, sequence: second.sequence },
        { ...second, id: first.id, sequence: first.sequence },
      ]);
    },
    online: ['LINK', 'PROJECTION'],
    offline: ['LINK', 'PROJECTION'],
  },
  {
    row: 'reorder',
    name: 'two events that are signed each',
    async attack({ db, trail }) {
      const [first, second] = [await eventAt(db, trail.one, 4), await eventAt(db, trail.one, 5)];
      await db.putEvents([
        { ...first, id: second.id, sequence: second.sequence },
        { ...second, id: first.id, sequence: first.sequence },
      ]);
    },
    online: ['COMMIT_SIGNATURE', 'LINK', 'PROJECTION', 'SEAL_HEAD', 'TIME'],
    offline: ['COMMIT_SIGNATURE', 'LINK', 'PROJECTION', 'SEAL_HEAD', 'TIME'],
  },
  {
    row: 'edit and re-chain',
    name: 'the signatures kept as they were',
    attack: ({ db, trail }) => rechain(db, { chain: trail.one, sequence: 1, edit: otherSubject, signatures: 'kept' }),
    online: ['COMMIT_SIGNATURE', 'SEAL_HEAD'],
    offline: ['COMMIT_SIGNATURE', 'SEAL_HEAD'],
  },
  {
    row: 'edit and re-chain',
    name: 'the signatures taken away',
    attack: ({ db, trail }) =>
      rechain(db, { chain: trail.one, sequence: 1, edit: otherSubject, signatures: 'stripped' }),
    online: ['SEAL_HEAD', 'UNSIGNED'],
    offline: ['SEAL_HEAD', 'UNSIGNED'],
  },
  {
    row: 'edit and re-chain',
    name: 'signed with a key of their own',
    attack: ({ db, trail }) =>
      rechain(db, { chain: trail.one, sequence: 1, edit: otherSubject, signatures: MALLORYS_KEY }),
    online: ['COMMIT_SIGNATURE', 'SEAL_HEAD'],
    offline: ['COMMIT_SIGNATURE', 'SEAL_HEAD'],
  },
  {
    row: 'edit and re-chain',
    name: 'after the last seal, signed with a key of their own',
    attack: ({ db, trail }) =>
      rechain(db, { chain: trail.one, sequence: 9, edit: otherSubject, signatures: MALLORYS_KEY }),
    online: ['COMMIT_SIGNATURE'],
    offline: ['COMMIT_SIGNATURE'],
  },
];
