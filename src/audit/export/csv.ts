import type { StoredEvent } from '../../domain/audit-event.js';
import { hex, type ReadableEvent, readable } from './readable-event.js';

type Column = readonly [name: string, value: (event: ReadableEvent) => unknown];

/** The closed list of columns, in their order; docs/audit-format.md says what they hold. */
const COLUMNS: readonly Column[] = [
  ['id', ({ stored }) => stored.id],
  ['chain', ({ stored }) => stored.chain],
  ['sequence', ({ stored }) => stored.sequence],
  ['occurredAt', ({ occurredAt }) => occurredAt],
  ['type', ({ stored }) => stored.type],
  ['outcome', ({ stored }) => stored.outcome],
  ['code', ({ body }) => body.code],
  ['count', ({ body }) => body.count],
  ['actorId', ({ stored }) => stored.actorId],
  ['actorIssuer', ({ body }) => body.actor?.issuer],
  ['actorAuthTime', ({ body }) => body.actor?.authTime],
  ['actorAmr', ({ body }) => body.actor?.amr],
  ['subjectId', ({ stored }) => stored.subjectId],
  ['sessionId', ({ stored }) => stored.sessionId],
  ['access', ({ body }) => body.session?.access],
  ['sessionStartedAt', ({ body }) => body.session?.startedAt],
  ['sessionExpiresAt', ({ body }) => body.session?.expiresAt],
  ['operationName', ({ stored }) => stored.operationName],
  ['operationType', ({ body }) => body.operation?.type],
  ['operationFields', ({ body }) => body.operation?.fields],
  ['documentHash', ({ body }) => body.operation?.documentHash],
  ['errorCodes', ({ body }) => body.operation?.errorCodes],
  ['durationMs', ({ body }) => body.operation?.durationMs],
  ['requestId', ({ stored }) => stored.requestId],
  ['traceparent', ({ body }) => body.request?.traceparent],
  ['ipAddress', ({ details }) => details.ipAddress],
  ['userAgent', ({ details }) => details.userAgent],
  ['reason', ({ details }) => details.reason],
  ['ticket', ({ details }) => details.ticket],
  ['variables', ({ details }) => details.variables],
  ['detailsErased', ({ stored }) => stored.details === null],
  ['gapFrom', ({ body }) => body.gap?.from],
  ['gapUntil', ({ body }) => body.gap?.until],
  ['gapLost', ({ body }) => body.gap?.lost],
  ['gatewayInstance', ({ body }) => body.gateway?.instance],
  ['gatewayVersion', ({ body }) => body.gateway?.version],
  ['previousHash', ({ stored }) => hex(stored.previousHash)],
  ['hash', ({ stored }) => hex(stored.hash)],
  // From here on later additions, so that no column of earlier exports has another place.
  ['upstreams', ({ body }) => body.operation?.upstreams],
  ['anomalyKind', ({ body }) => body.anomaly?.kind],
  ['anomalyThreshold', ({ body }) => body.anomaly?.threshold],
  ['anomalyWindowSeconds', ({ body }) => body.anomaly?.windowSeconds],
  ['anomalyCodes', ({ body }) => body.anomaly?.codes],
  ['prunedArchive', ({ body }) => body.pruned?.archive?.sha256],
  ['holdId', ({ body }) => body.hold?.id],
];

/** RFC 4180 §2.3. */
export const CSV_HEADER = COLUMNS.map(([name]) => name).join(',');

/** One event as a row, without the line break. */
export function csvRow(event: StoredEvent): string {
  const read = readable(event);
  return COLUMNS.map(([, value]) => cell(value(read))).join(',');
}

/** Lists are joined by a space; what is absent is empty. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = Array.isArray(value)
    ? value.join(' ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  return quoted(neutralised(text));
}

/** Signs by which a spreadsheet knows a formula, in the widths that some take for the same. */
const FORMULA = '[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20\\ufe66\\ufe62\\ufe63\\ufe6b\\u2212]';
/** What may stand before the sign without hiding it: white space, invisible characters, quotes. No separators: see below. */
const BEFORE = '(?:[^\\S\\t\\r\\n]|["\'\\p{Cf}\\0])*';
/** Also: what some spreadsheets drop from the beginning of a cell, or take for the end of one. */
const AT_START = new RegExp(`^(?:[\\t\\r\\n\\0]|${BEFORE}${FORMULA})`, 'u');
/**
 * Where a spreadsheet set to another separator would begin a new cell, though the cell is quoted. Each character is looked at
 * once, however many separators follow each other.
 */
const AFTER_SEPARATOR = new RegExp(`([;|\\t\\r\\n]${BEFORE})(?=${FORMULA})`, 'gu');

/**
 * A text that no spreadsheet takes for a formula: an apostrophe before whatever could begin one. People choose much of what
 * the trail records (reasons, names of operations, user agents), and others open it in a spreadsheet: CWE-1236.
 */
export function neutralised(text: string): string {
  const inside = text.replace(AFTER_SEPARATOR, "$1'");
  return AT_START.test(inside) ? `'${inside}` : inside;
}

/** RFC 4180 §2.5 to 2.7. */
function quoted(text: string): string {
  return /[",\r\n;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
