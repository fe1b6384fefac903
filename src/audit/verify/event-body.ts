import { EVENT_OUTCOMES, EVENT_TYPES } from '../../domain/audit-event.js';
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
  readonly expiresAt: number;
  readonly operationType: string | null;
  readonly durationMs: number | null;
  /** SHA-256, hex. */
  readonly detailsHash: string;
  readonly chainKey: ChainKey | null;
}

const groups = new Captures();
const code = quoted('[A-Z_]+');

const CHAIN_KEY = `(?:,"chainKey":${object([
  ['publicKey', '<publicKey>'],
  ['kid', '<kid>'],
  ['algorithm', '<algorithm>'],
  ['signature', '<signature>'],
])})?`;

/** The closed list of members, their types and their order: see encodeBody in format.ts, and docs/audit-format.md. */
const BODY = object(
  [
    ['version', String(BODY_VERSION)],
    ['chain', groups.capture('chain', TEXT)],
    ['sequence', groups.capture('sequence', COUNT)],
    ['occurredAt', quoted(groups.capture('occurredAt', INSTANT))],
    ['type', quoted(groups.capture('type', oneOf(EVENT_TYPES)))],
    ['outcome', quoted(oneOf(EVENT_OUTCOMES))],
    ['code', nullable(code)],
    ['count', '[1-9]\\d{0,14}'],
    [
      'actor',
      nullable(
        object([
          ['id', TEXT],
          ['issuer', TEXT],
          ['authTime', nullable(NUMBER)],
          ['amr', list(TEXT)],
        ]),
      ),
    ],
    ['subject', nullable(object([['id', TEXT]]))],
    [
      'session',
      nullable(
        object([
          ['id', groups.capture('session', TEXT)],
          ['access', quoted(oneOf(['READ_ONLY', 'FULL']))],
          ['startedAt', quoted(groups.capture('startedAt', INSTANT))],
          ['expiresAt', quoted(groups.capture('expiresAt', INSTANT))],
        ]),
      ),
    ],
    [
      'operation',
      nullable(
        object([
          ['name', nullable(TEXT)],
          ['type', quoted(groups.capture('operationType', oneOf(['QUERY', 'MUTATION', 'SUBSCRIPTION'])))],
          ['fields', list(TEXT)],
          ['documentHash', quoted(SHA256_HEX)],
          ['errorCodes', list(code)],
          ['durationMs', nullable(groups.capture('durationMs', NUMBER))],
        ]),
      ),
    ],
    [
      'request',
      object([
        ['id', TEXT],
        ['traceparent', nullable(TEXT)],
      ]),
    ],
    [
      'gateway',
      object([
        ['instance', TEXT],
        ['version', TEXT],
      ]),
    ],
    ['detailsHash', quoted(groups.capture('detailsHash', SHA256_HEX))],
  ],
  CHAIN_KEY.replace('<publicKey>', quoted(groups.capture('publicKey', BASE64URL)))
    .replace('<kid>', groups.capture('kid', TEXT))
    .replace('<algorithm>', quoted(groups.capture('algorithm', oneOf(['EdDSA', 'RS256']))))
    .replace('<signature>', quoted(groups.capture('keySignature', BASE64URL))),
);

export const x = BODY;
