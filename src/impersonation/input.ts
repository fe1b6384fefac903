import type { ImpersonationAccess } from '../domain/impersonation-session.js';
import { GatewayError } from '../errors/index.js';

export const REASON_MIN = 3;
export const REASON_MAX = 500;
export const TICKET_MAX = 100;
export const ID_MAX = 255;

export interface StartInput {
  readonly userId: string;
  readonly reason: string;
  readonly ticket?: string | null | undefined;
  readonly durationSeconds?: number | null | undefined;
  readonly access?: ImpersonationAccess | null | undefined;
}

export interface StartRequest {
  readonly subjectId: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly durationSeconds: number;
  readonly access: ImpersonationAccess;
}

export interface DurationLimits {
  readonly minSeconds: number;
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  /** How long a session may go without activity; 0, as by default: any time. */
  readonly idleSeconds?: number;
}

/** C0 controls but tab and line breaks, DEL and C1: they forge log lines and hide text. */
const CONTROL_CHARACTERS = /(?![\t\n\r])\p{Cc}/u;

function badInput(field: string, message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message, extensions: { field } });
}

/** Characters, as people count them: code points, not UTF-16 units. */
function length(text: string): number {
  return [...text].length;
}

function cleanText(field: string, raw: string): string {
  if (!raw.isWellFormed()) throw badInput(field, `\`${field}\` is not well-formed Unicode.`);
  if (CONTROL_CHARACTERS.test(raw)) throw badInput(field, `\`${field}\` must not contain control characters.`);
  return raw.trim();
}

/** An id as clients send it. @throws GatewayError BAD_USER_INPUT */
export function checkId(field: string, raw: string): string {
  const id = cleanText(field, raw);
  if (id === '' || id !== raw) throw badInput(field, `\`${field}\` must not be blank or padded with white space.`);
  // As strict as tokens are with their `sub` and `sid`: an id that no token may carry is none.
  if (/[\t\n\r]/.test(id)) throw badInput(field, `\`${field}\` must not contain control characters.`);
  if (id.length > ID_MAX) throw badInput(field, `\`${field}\` must be at most ${ID_MAX} characters long.`);
  return id;
}

/** The id where it is one that {@link checkId} takes; else null. For the record of an attempt that is refused anyway. */
export function wellFormedId(raw: unknown): string | null {
  if (typeof raw !== 'string') return null;
  try {
    return checkId('id', raw);
  } catch {
    return null;
  }
}

/** A reason: {@link REASON_MIN} to {@link REASON_MAX} characters after trimming. @throws GatewayError BAD_USER_INPUT */
export function checkReason(raw: string): string {
  const reason = cleanText('reason', raw);
  if (length(reason) < REASON_MIN || length(reason) > REASON_MAX) {
    throw badInput('reason', `\`reason\` must be ${REASON_MIN} to ${REASON_MAX} characters long after trimming.`);
  }
  return reason;
}

/** The input of a start with its defaults filled in. @throws GatewayError BAD_USER_INPUT naming the field. */
export function checkStartInput(input: StartInput, limits: DurationLimits): StartRequest {
  const subjectId = checkId('userId', input.userId);
  const reason = checkReason(input.reason);
  let ticket: string | null = null;
  if (typeof input.ticket === 'string') {
    ticket = cleanText('ticket', input.ticket);
    if (ticket === '' || length(ticket) > TICKET_MAX) {
      throw badInput('ticket', `\`ticket\` must be 1 to ${TICKET_MAX} characters long after trimming.`);
    }
  }
  const durationSeconds = input.durationSeconds ?? limits.defaultSeconds;
  if (
    !Number.isInteger(durationSeconds) ||
    durationSeconds < limits.minSeconds ||
    durationSeconds > limits.maxSeconds
  ) {
    throw badInput(
      'durationSeconds',
      `\`durationSeconds\` must be a whole number from ${limits.minSeconds} to ${limits.maxSeconds}.`,
    );
  }
  return { subjectId, reason, ticket, durationSeconds, access: input.access ?? 'READ_ONLY' };
}

/** A search text; null where it is absent or blank. @throws GatewayError BAD_USER_INPUT */
export function checkSearch(raw: string | null | undefined): string | null {
  if (raw == null) return null;
  const text = cleanText('search', raw);
  if (length(text) > ID_MAX) throw badInput('search', `\`search\` must be at most ${ID_MAX} characters long.`);
  return text === '' ? null : text;
}
