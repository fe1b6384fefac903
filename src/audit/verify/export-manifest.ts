import { EVENT_OUTCOMES, EVENT_TYPES } from '../../domain/audit-event.js';
import { INSTANT } from './json-grammar.js';

/** What an export says of itself in its last line. */
export interface ExportManifest {
  /** Events are left out. */
  readonly partial: boolean;
  /** How many events the export holds; null where it does not say. */
  readonly events: number | null;
}

const TIME = new RegExp(`^${INSTANT}$`);
const isText = (value: unknown): boolean => typeof value === 'string';
const isTime = (value: unknown): boolean => typeof value === 'string' && TIME.test(value);
const isOneOf = (words: readonly unknown[]) => (value: unknown) => words.includes(value);

/** By the names of the event filter. */
const FILTER: Readonly<Record<string, (value: unknown) => boolean>> = {
  types: (value) => Array.isArray(value) && value.every(isOneOf(EVENT_TYPES)),
  outcome: isOneOf(EVENT_OUTCOMES),
  actorId: isText,
  subjectId: isText,
  sessionId: isText,
  requestId: isText,
  operationName: isText,
  occurredAfter: isTime,
  occurredBefore: isTime,
};

/** The closed list of members. */
const MANIFEST: Readonly<Record<string, (value: unknown) => boolean>> = {
  version: isOneOf([1]),
  begunAt: isTime,
  filter: (value) => isObjectOf(value, FILTER),
  events: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  partial: (value) => typeof value === 'boolean',
};

/**
 * The manifest in a line `{"manifest": {…, "partial": …}}` of an export; null where the line is none. Of the members only
 * `partial` must be there, and the last.
 */
export function parseManifest(line: string): ExportManifest | null {
  if (!line.startsWith('{"manifest":')) return null;
  try {
    const parsed: { manifest?: unknown } = JSON.parse(line);
    const { manifest } = parsed;
    if (JSON.stringify(parsed) !== line || Object.keys(parsed).length !== 1) return null;
    if (!isObjectOf(manifest, MANIFEST) || Object.keys(manifest).at(-1) !== 'partial') return null;
    const { partial, events = null } = manifest as { readonly partial: boolean; readonly events?: number };
    return { partial, events };
  } catch {
    return null;
  }
}

/** Whether it is an object with nothing in it but known members, each of which is right. */
function isObjectOf(value: unknown, members: Readonly<Record<string, (value: unknown) => boolean>>): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, member]) => Object.hasOwn(members, name) && members[name]?.(member) === true,
  );
}
