import {
  ANOMALY_KINDS,
  EVENT_OUTCOMES,
  EVENT_TYPES,
  type EventPruned,
  type PrunedRange,
} from '../../domain/audit-event.js';
import { BODY_VERSION, type ChainKey } from '../format.js';
import { instantReader } from './instant.js';
import {
  BASE64URL,
  Captures,
  COUNT,
  INSTANT,
  list,
  NUMBER,
  nullable,
  object,
  oneOf,
  quoted,
  SHA256_HEX,
  TEXT,
  textOf,
} from './json-grammar.js';

/** What verification needs to know of an event, read from its body alone. Times are milliseconds since the epoch. */
export interface EventFacts {
  readonly chain: string;
  readonly sequence: number;
  readonly occurredAt: number;
  readonly type: string;
  readonly sessionId: string | null;
  /** Of the session; NaN where there is none. */
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly operationType: string | null;
  readonly durationMs: number | null;
  /** SHA-256, hex. */
  readonly detailsHash: string;
  readonly chainKey: ChainKey | null;
  /** In AUDIT_PRUNED events; null in all others. */
  readonly pruned: EventPruned | null;
}

const captures = new Captures();
const capture = (name: string, value: string): string => captures.capture(name, value);
const CODE = quoted('[A-Z][A-Z_]*');

const TIME_OR_NULL = nullable(quoted(INSTANT));
const CHAIN_NAME = quoted('[\\w.-]{1,128}');
const PRUNED = object(
  [
    ['before', quoted(INSTANT)],
    ['throughSeal', COUNT],
    ['archive', members({ sha256: quoted(SHA256_HEX), bytes: COUNT, events: COUNT })],
    [
      'ranges',
      list(
        members({
          chain: CHAIN_NAME,
          from: COUNT,
          to: COUNT,
          previousHash: quoted(SHA256_HEX),
          head: quoted(SHA256_HEX),
        }),
      ),
    ],
  ],
  `(?:,"givenUp":${members({ chain: CHAIN_NAME, sequence: COUNT })})?`,
);
const HOLD = members({
  id: TEXT,
  userId: nullable(TEXT),
  sessionId: nullable(TEXT),
  from: TIME_OR_NULL,
  to: TIME_OR_NULL,
  until: TIME_OR_NULL,
});
const HOLD_TYPES: readonly string[] = ['LEGAL_HOLD_PLACED', 'LEGAL_HOLD_RELEASED'];

/** The closed list of members, their types and their order: see encodeBody in format.ts, and docs/audit-format.md. */
const BODY = object(
  [
    ['version', String(BODY_VERSION)],
    ['chain', capture('chain', TEXT)],
    ['sequence', capture('sequence', COUNT)],
    ['occurredAt', quoted(capture('occurredAt', INSTANT))],
    ['type', quoted(capture('type', oneOf(EVENT_TYPES)))],
    ['outcome', quoted(oneOf(EVENT_OUTCOMES))],
    ['code', nullable(CODE)],
    ['count', '[1-9]\\d{0,14}'],
    ['actor', nullable(members({ id: TEXT, issuer: TEXT, authTime: nullable(NUMBER), amr: list(TEXT) }))],
    ['subject', nullable(members({ id: TEXT }))],
    [
      'session',
      nullable(
        object([
          ['id', capture('session', TEXT)],
          ['access', quoted(oneOf(['READ_ONLY', 'FULL']))],
          ['startedAt', quoted(capture('startedAt', INSTANT))],
          ['expiresAt', quoted(capture('expiresAt', INSTANT))],
        ]),
      ),
    ],
    [
      'operation',
      nullable(
        object(
          [
            ['name', nullable(TEXT)],
            ['type', quoted(capture('operationType', oneOf(['QUERY', 'MUTATION', 'SUBSCRIPTION'])))],
            ['fields', list(TEXT)],
            ['documentHash', quoted(SHA256_HEX)],
            ['errorCodes', list(CODE)],
            ['durationMs', `(?:null|${capture('durationMs', NUMBER)})`],
          ],
          // Where none was asked there is no such member: never an empty list.
          `(?:,"upstreams":\\[${TEXT}(?:,${TEXT})*\\])?`,
        ),
      ),
    ],
    ['request', members({ id: TEXT, traceparent: nullable(TEXT) })],
    ['gateway', members({ instance: TEXT, version: TEXT })],
    ['detailsHash', quoted(capture('detailsHash', SHA256_HEX))],
  ],
  `(?:,"gap":${object([
    ['from', quoted(capture('gapFrom', INSTANT))],
    ['until', quoted(capture('gapUntil', INSTANT))],
    ['lost', COUNT],
  ])})?(?:,"anomaly":${object([
    ['kind', quoted(capture('anomaly', oneOf(ANOMALY_KINDS)))],
    ['threshold', COUNT],
    ['windowSeconds', COUNT],
    ['codes', list(CODE)],
  ])})?(?:,"pruned":${capture('pruned', PRUNED)})?(?:,"hold":${capture('hold', HOLD)})?(?:,"chainKey":${object([
    ['publicKey', quoted(capture('publicKey', BASE64URL))],
    ['kid', capture('kid', TEXT)],
    ['algorithm', quoted(capture('algorithm', oneOf(['EdDSA', 'RS256'])))],
    ['signature', quoted(capture('keySignature', BASE64URL))],
  ])})?`,
);

/** An object without captures, its members in the order written. */
function members(values: Readonly<Record<string, string>>): string {
  return object(Object.entries(values));
}

const PATTERN = new RegExp(`^${BODY}$`);
/** Far beyond what a gateway writes; a text of tens of millions of escapes would exhaust the matcher. UTF-16 code units. */
const LONGEST = 4 * 1_024 * 1_024;

const CHAIN = captures.at('chain');
const SEQUENCE = captures.at('sequence');
const OCCURRED_AT = captures.at('occurredAt');
const TYPE = captures.at('type');
const SESSION = captures.at('session');
const STARTED_AT = captures.at('startedAt');
const EXPIRES_AT = captures.at('expiresAt');
const OPERATION_TYPE = captures.at('operationType');
const DURATION = captures.at('durationMs');
const DETAILS_HASH = captures.at('detailsHash');
const GAP_FROM = captures.at('gapFrom');
const GAP_UNTIL = captures.at('gapUntil');
const ANOMALY = captures.at('anomaly');
const PRUNED_AT = captures.at('pruned');
const HOLD_AT = captures.at('hold');
const PUBLIC_KEY = captures.at('publicKey');
const KID = captures.at('kid');
const ALGORITHM = captures.at('algorithm');
const KEY_SIGNATURE = captures.at('keySignature');

/**
 * A strict reader of event bodies: null for a text that is not exactly what a gateway of this version writes, whatever
 * else it may be. A text with a second reading (a member named twice, an unknown member) is none.
 */
export function eventBodyReader(): (body: string) => EventFacts | null {
  const instantOf = instantReader();

  return (body) => {
    const match = body.length > LONGEST ? null : PATTERN.exec(body);
    if (match === null || !body.isWellFormed()) return null;
    const occurredAt = instantOf(match[OCCURRED_AT] ?? '');
    if (Number.isNaN(occurredAt)) return null;
    const session = match[SESSION];
    const startedAt = instantOf(match[STARTED_AT] ?? '');
    const expiresAt = instantOf(match[EXPIRES_AT] ?? '');
    if (session !== undefined && Number.isNaN(startedAt + expiresAt)) return null;
    const type = match[TYPE] ?? '';
    const gapFrom = match[GAP_FROM];
    if ((type === 'AUDIT_GAP') !== (gapFrom !== undefined)) return null;
    if ((type === 'ANOMALY_DETECTED') !== (match[ANOMALY] !== undefined)) return null;
    // Not a number where a time does not exist: then nothing is in order either.
    if (gapFrom !== undefined && !(instantOf(gapFrom) <= instantOf(match[GAP_UNTIL] ?? ''))) return null;
    const prunedText = match[PRUNED_AT];
    if ((type === 'AUDIT_PRUNED') !== (prunedText !== undefined)) return null;
    const pruned = prunedText === undefined ? null : prunedIn(prunedText, instantOf);
    if (prunedText !== undefined && pruned === null) return null;
    if (HOLD_TYPES.includes(type) !== (match[HOLD_AT] !== undefined)) return null;
    const duration = match[DURATION];
    return {
      chain: textOf(match[CHAIN] ?? ''),
      sequence: Number(match[SEQUENCE]),
      occurredAt,
      type,
      sessionId: session === undefined ? null : textOf(session),
      startedAt,
      expiresAt,
      operationType: match[OPERATION_TYPE] ?? null,
      durationMs: duration === undefined ? null : Number(duration),
      detailsHash: match[DETAILS_HASH] ?? '',
      chainKey: chainKeyIn(match),
      pruned,
    };
  };
}

/** Null where its time does not exist, or a range ends before it begins. */
function prunedIn(text: string, instantOf: (instant: string) => number): EventPruned | null {
  const said = JSON.parse(text) as Omit<EventPruned, 'before'> & { readonly before: string };
  const before = instantOf(said.before);
  const isRange = ({ from, to }: PrunedRange): boolean => from <= to;
  return Number.isNaN(before) || !said.ranges.every(isRange) ? null : { ...said, before };
}

function chainKeyIn(match: RegExpExecArray): ChainKey | null {
  const publicKey = match[PUBLIC_KEY];
  if (publicKey === undefined) return null;
  return {
    publicKey,
    kid: textOf(match[KID] ?? ''),
    algorithm: match[ALGORITHM] ?? '',
    signature: match[KEY_SIGNATURE] ?? '',
  };
}
