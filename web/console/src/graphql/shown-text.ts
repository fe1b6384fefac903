/**
 * What somebody else's text can do to the text around it without being seen: turn its direction around, or stand in a name that is not
 * the same although it looks so; and control characters other than tab and line break.
 */
const HIDDEN = /[\u202a-\u202e\u2066-\u2069\u200b\u2060-\u2064\ufeff]|(?![\t\n\r])\p{Cc}/gu;
/** What goes back to the gateway as it came. */
const KEPT = /^(id|cursor|actorToken)$|(Id|Cursor)$/;

/** More of a name is cut: one without an end would push everything else off the screen, the banner's Stop included. */
const NAME = 'name';
const TOO_LONG = /^(.{160}).+/su;

/** A text as it may be shown: what would hide, or reorder a line, is made visible. */
export function shownText(text: string): string {
  return text.replace(HIDDEN, '\ufffd');
}

/** The same of what somebody has put into an address, cut where it is long: a link must not fill the page with its sender's words. */
export function shownBriefly(text: string): string {
  return shownText(text).replace(TOO_LONG, '$1…');
}

/** JSON as it may be shown: the same, and nothing of it lost, since JSON has a way to write each character. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    HIDDEN,
    (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * What the gateway answered, as it may be shown: here and not where it is shown, so that no place can forget it. Names and reasons are
 * chosen by people whom the reader does not know. Ids go back as they came; who shows one uses {@link shownText}.
 */
export function shownAnswer<Data>(data: Data): Data {
  return shown(data, '') as Data;
}

function shown(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    if (KEPT.test(key)) return value;
    return key === NAME ? shownBriefly(value) : shownText(value);
  }
  if (Array.isArray(value)) return value.map((one) => shown(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part, name)]));
}
