import type { ImpersonationBannerMessages } from './types/impersonation-banner.js';

/** Every sentence, in English. `{subject}`, `{actor}` and `{time}` stand for what is put in their place. */
export const ENGLISH: ImpersonationBannerMessages = {
  lang: 'en',
  label: 'Impersonation',
  acting: 'You are acting as {subject}',
  maybeActing: 'You may be acting as somebody else',
  really: 'really {actor}',
  readOnly: 'Read-only',
  full: 'Full access',
  accessUnknown: 'Access not known',
  timeLeft: '{time} left',
  lastMinute: 'Less than one minute left.',
  unconfirmed: 'It cannot be checked whether this goes on.',
  stop: 'Stop',
  stopping: 'Stopping…',
  stopFailed: 'The stop is not confirmed. Try again.',
  ended: 'The impersonation has ended',
  endedSubject: 'You are no longer acting as {subject}',
  endedHereOnly: 'Other gateways may not know it yet.',
};

/** Marks that embed, override or isolate a direction: in a name they could close its isolation and turn the sentence around. */
const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Longer names are cut: a name must not push the rest of the sentence off the screen. */
const TOO_LONG = /^(.{120}).+/su;

/** A name as it may be shown: text, of bounded length, with marks that reorder a line made visible. */
export function shownName(name: string): string {
  return name.replace(DIRECTION_MARKS, '\ufffd').replace(TOO_LONG, '$1…');
}

/**
 * A sentence in pieces: every second one, beginning with the second, is a value in place of what stands in braces, untrusted and
 * to be isolated. Values are never read as sentences again.
 */
export function fill(sentence: string, values: Readonly<Record<string, string>>): readonly string[] {
  return sentence
    .split(/(\{\w+\})/)
    .map((piece, index) => (index % 2 === 0 ? piece : shownName(values[piece.slice(1, -1)] ?? piece)));
}
