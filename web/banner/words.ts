import { HERE_ONLY, type State } from './state.js';
import { countdown, WARNING_MS } from './time-left.js';
import type { ImpersonationBannerMessages } from './types/impersonation-banner.js';

/** What is on the screen: sentences, and the values that stand in them. An empty sentence is not shown. */
export interface Words {
  readonly lang: string;
  readonly label: string;
  readonly look: 'read-only' | 'full' | 'ended';
  readonly who: string;
  readonly really: string;
  readonly access: string;
  readonly time: string;
  readonly note: string;
  readonly stop: string;
  readonly isLastMinute: boolean;
  /**
   * What is to be said aloud, by what it is about: once, when its key appears. So the count-down is never read out, and what
   * comes back after it was gone is said again.
   */
  readonly aloud: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
}

/** The state in words. `leftMs`: NaN where it is not known. */
export function inWords(state: State, leftMs: number, messages: ImpersonationBannerMessages): Words {
  const { session, phase } = state;
  const values = { subject: session?.subject ?? '', actor: session?.actor ?? '', time: countdown(leftMs) };
  const { lang, label } = messages;
  const silent = { lang, label, really: '', access: '', time: '', note: '', stop: '', isLastMinute: false, values };
  if (phase === 'ended') {
    const who = session === null ? messages.ended : messages.endedSubject;
    const note = state.code === HERE_ONLY ? messages.endedHereOnly : '';
    return { ...silent, look: 'ended', who, note, aloud: { ended: `${who} ${note}` } };
  }
  const notes: Record<string, string> = {};
  const isLastMinute = leftMs <= WARNING_MS;
  if (isLastMinute) notes.minute = messages.lastMinute;
  if (state.isUnconfirmed) notes.unconfirmed = messages.unconfirmed;
  if (state.stop === 'failed') notes.failed = messages.stopFailed;
  const shared = {
    ...silent,
    note: Object.values(notes).join(' '),
    stop: state.stop === 'pending' ? messages.stopping : messages.stop,
  };
  if (session === null) return { ...shared, look: 'read-only', who: messages.maybeActing, aloud: notes };
  const isReadOnly = session.access === 'READ_ONLY';
  const access = isReadOnly ? messages.readOnly : session.access === null ? messages.accessUnknown : messages.full;
  const time = Number.isNaN(leftMs) ? '' : messages.timeLeft;
  return {
    ...shared,
    // What is not known to be harmless looks as if it were not.
    look: isReadOnly ? 'read-only' : 'full',
    who: messages.acting,
    really: session.actor === null ? '' : messages.really,
    access,
    time,
    isLastMinute,
    aloud: { [`${session.id} ${session.subject}`]: `${messages.acting}. ${access}. ${time}`, ...notes },
  };
}
