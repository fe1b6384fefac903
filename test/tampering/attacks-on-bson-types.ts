import { Binary, BSONSymbol, Decimal128, Double, Long, Timestamp } from 'mongodb';
import type { FaultKind } from '../../src/audit/verify/index.js';
import type { MongoAbility } from '../support/mongo-peer.js';
import type { Attack } from './attack.js';
import { eventAt, idOf } from './raw-database.js';
import type { MongoDocuments } from './raw-mongo.js';

/** What a peer must be able to do for the attack to be one. */
export interface BsonAttack extends Attack<MongoDocuments> {
  readonly needs?: readonly MongoAbility[];
}

/** The same value as another BSON type. */
interface Retyping {
  readonly field: string;
  readonly to: string;
  readonly as: (value: unknown) => unknown;
  readonly online: readonly FaultKind[];
  readonly offline?: readonly FaultKind[];
  readonly needs?: readonly MongoAbility[];
}

const TEXTS = ['type', 'outcome', 'actorId', 'subjectId', 'sessionId', 'requestId', 'operationName'] as const;
const milliseconds = (value: unknown) => (value as Date).getTime();
const bytesOf = (value: unknown) => Buffer.from((value as Binary).value());
const userDefined = (value: unknown) => new Binary(bytesOf(value), Binary.SUBTYPE_USER_DEFINED);
const SYMBOLS = ['bson-symbol'] as const;

const TEXT_TYPES: readonly Omit<Retyping, 'field' | 'online'>[] = [
  { to: 'binary', as: (value) => new Binary(Buffer.from(String(value))) },
  { to: 'symbol', as: (value) => new BSONSymbol(String(value)), needs: SYMBOLS },
  { to: 'list of one', as: (value) => [value] },
  { to: 'document', as: (value) => ({ value }) },
];

const asBinary = (value: unknown) => new Binary(Buffer.from(String(value)));

/** What an export writes of such an event is no line of an export. */
const UNREADABLE = { online: ['EVENT_MISSING', 'UNREADABLE'], offline: ['EVENT_MISSING', 'LINE'] } as const;
const OF_NO_PLACE = { online: ['EVENT_MISSING', 'UNREADABLE'], offline: ['EVENT_MISSING'] } as const;
const NO_BODY = { online: ['BODY', 'CONTENT'], offline: ['EVENT_MISSING', 'LINE'] } as const;
const NO_HASH = { online: ['CONTENT', 'LINK'], offline: ['EVENT_MISSING', 'LINE'] } as const;
const NO_DETAILS = { online: ['DETAILS'], offline: ['EVENT_MISSING', 'LINE'] } as const;

const OF_EVENTS: readonly Retyping[] = [
  ...TEXTS.flatMap((field) => TEXT_TYPES.map((type): Retyping => ({ field, ...type, online: ['PROJECTION'] }))),
  { field: 'occurredAt', to: 'double', as: (value) => new Double(milliseconds(value)), online: ['PROJECTION'] },
  { field: 'occurredAt', to: 'long', as: (value) => Long.fromNumber(milliseconds(value)), online: ['PROJECTION'] },
  { field: 'occurredAt', to: 'string', as: (value) => (value as Date).toISOString(), online: ['PROJECTION'] },
  {
    field: 'occurredAt',
    to: 'timestamp',
    as: (value) => new Timestamp({ t: Math.floor(milliseconds(value) / 1_000), i: 1 }),
    online: ['PROJECTION'],
  },
  { field: 'sequence', to: 'double', as: () => new Double(1), ...UNREADABLE, needs: ['one-number'] },
  { field: 'sequence', to: 'long', as: () => Long.fromNumber(1), ...UNREADABLE, needs: ['one-number'] },
  { field: 'sequence', to: 'decimal', as: () => Decimal128.fromString('1'), ...UNREADABLE, needs: ['one-number'] },
  // A range of numbers finds no text: who reads the chain does not come to the event, and a page shows it.
  { field: 'sequence', to: 'string', as: () => '1', ...OF_NO_PLACE },
  { field: 'sequence', to: 'null', as: () => null, ...OF_NO_PLACE },
  { field: 'chain', to: 'null', as: () => null, ...UNREADABLE },
  { field: 'chain', to: 'binary', as: asBinary, ...UNREADABLE },
  { field: 'body', to: 'binary', as: asBinary, ...NO_BODY },
  { field: 'body', to: 'symbol', as: (value) => new BSONSymbol(String(value)), ...NO_BODY, needs: SYMBOLS },
  { field: 'hash', to: 'user-defined binary', as: userDefined, ...NO_HASH },
  { field: 'hash', to: 'string', as: (value) => bytesOf(value).toString('hex'), ...NO_HASH },
  { field: 'previousHash', to: 'user-defined binary', as: userDefined, ...NO_HASH },
  { field: 'details', to: 'string', as: (value) => (value as { text: string }).text, ...NO_DETAILS },
  {
    field: 'details.salt',
    to: 'user-defined binary',
    as: () => userDefined(new Binary(Buffer.alloc(16))),
    ...NO_DETAILS,
  },
];

const OF_SEALS: readonly Retyping[] = [
  { field: 'sealedAt', to: 'long', as: (value) => Long.fromNumber(milliseconds(value)), online: ['SEAL_BODY'] },
  { field: 'sealedAt', to: 'string', as: (value) => (value as Date).toISOString(), online: ['SEAL_BODY'] },
  { field: 'chains', to: 'document', as: (chains) => ({ chains }), online: ['SEAL_BODY'] },
  {
    field: 'body',
    to: 'binary',
    as: asBinary,
    online: ['ANCHOR_MISMATCH', 'SEAL_BODY', 'SEAL_HASH', 'SEAL_LINK', 'SEAL_SIGNATURE', 'SEAL_STRETCH'],
  },
  { field: 'hash', to: 'user-defined binary', as: userDefined, online: ['ANCHOR_MISMATCH', 'SEAL_HASH'] },
  { field: 'signature', to: 'user-defined binary', as: userDefined, online: ['ANCHOR_MISMATCH', 'SEAL_SIGNATURE'] },
  { field: 'key', to: 'list of one', as: (value) => [value], online: ['ANCHOR_MISMATCH', 'SEAL_SIGNATURE'] },
];

export const BSON_TYPES: readonly BsonAttack[] = [
  ...OF_EVENTS.map(
    ({ field, to, as, online, offline = [], needs = [] }): BsonAttack => ({
      row: 're-type a projection',
      name: `${field} as ${to}`,
      needs,
      async attack({ db, trail }) {
        const id = idOf(trail.one, 1);
        await db.setInEvent(id, field, as(await db.field(id, field)));
      },
      online,
      offline,
    }),
  ),
  ...OF_SEALS.map(
    ({ field, to, as, online, offline = [], needs = [] }): BsonAttack => ({
      row: 're-type a projection',
      name: `${field} of a seal as ${to}`,
      needs,
      attack: async ({ db }) => db.setInSeal(1, field, as(await db.sealField(1, field))),
      online,
      offline,
    }),
  ),
  {
    row: 're-type a projection',
    name: 'chain as nothing at all',
    attack: ({ db, trail }) => db.unsetInEvent(idOf(trail.one, 1), 'chain'),
    ...OF_NO_PLACE,
  },
  {
    row: 're-type a projection',
    name: '_id as binary',
    attack: async ({ db, trail }) => {
      const { id } = await eventAt(db, trail.one, 1);
      await db.setInEvent(id, 'id', new Binary(Buffer.from(id)));
    },
    online: ['PROJECTION'],
    offline: [],
  },
  {
    row: 're-type a projection',
    name: 'null as nothing at all: NOT named, for both say that there is none',
    attack: ({ db, trail }) => db.unsetInEvent(idOf(trail.other, 0), 'operationName'),
    online: [],
    offline: [],
  },
];
