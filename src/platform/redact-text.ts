const REDACTED = '[REDACTED]';
const QUOTED = `"${REDACTED}"`;

/** Names of members whose values are credentials, or parts of a private key (RFC 7518 §6). */
const SECRET_NAME =
  '(?:password|passwd|secret|client_?secret|api_?key|(?:(?:access|refresh|id|actor|session)_?)?token|d|dp|dq|qi)';

/** A JSON member whose name says that its value is a credential, at any depth; a header also as a pair of array items. */
const NAMED_MEMBER = new RegExp(
  String.raw`("(?:(?:proxy-)?authorization|dpop|(?:set-)?cookie)"\s*[:,]\s*|"${SECRET_NAME}"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*"[\s,]*)*\])`,
  'gi',
);

/** The beginning of the same where the JSON is text itself, as in the message of an error: to the quote that begins the value. */
const QUOTED_MEMBER = new RegExp(String.raw`\\{1,15}"${SECRET_NAME}\\{1,15}"\s{0,4}:\s{0,4}(\\{1,15})"`, 'gi');

/** Members of a private key whose names are too short to mean nothing else: by the length that none but a key has. */
const KEY_MEMBER = /((?:\\{1,15})?"[kpq](?:\\{1,15})?"\s{0,4}:\s{0,4}(?:\\{1,15})?")[\w-]{40,}/g;

/** Where a word may begin: also after an escape of JSON, whose letter is no part of the word. */
const START = String.raw`(?:(?<![\w-])|(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4}))`;
/** A quote within a JSON string, however often it was escaped; never one that ends the string. */
const QUOTE = String.raw`(?:\\{1,15}"|')?`;

/** The same as a header in a text, to the end of its line. */
const HEADER = new RegExp(
  String.raw`(${START}(?:(?:proxy-)?authorization|dpop|(?:set-)?cookie)${QUOTE}\s{0,4}[:=]\s{0,4}${QUOTE})(?!\[REDACTED\])(?:[^"\\\r\n]|\\[^"nr])+`,
  'gi',
);

/** The same as a parameter of a query or a form. */
const PARAMETER = new RegExp(
  String.raw`(${START}(?:(?:access|refresh|id|actor|session)_?)?(?:token|password|secret|client_?secret|api_?key)=)[^\s&"'\\]+`,
  'gi',
);

/** RFC 9110 §11.4: a scheme and its credentials, which have a digit or a length that no word of a sentence has. */
const SCHEME = new RegExp(
  String.raw`(${START}(?:bearer|basic|digest|negotiate|dpop))(?:\s|\\[nrt]){1,4}(?:(?=[A-Za-z\-._~+/]{0,19}\d)|(?=[A-Za-z\-._~+/]{20}))[A-Za-z0-9\-._~+/]+=*`,
  'gi',
);

/**
 * A JWS or JWE in compact form: by its beginning (base64url of `{` or of blanks before it), or by the length of its last
 * part, since a header may be written in many ways.
 */
const COMPACT_TOKEN =
  /(?:(?<![\w\\-])|(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4})|(?<=(?<!\\)(?:\\\\){1,8}))(?:e[wy][\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*){1,3}|[\w-]{10,}\.[\w-]{10,}\.(?:[\w-]*\.[\w-]*\.)?[\w-]{40,})/g;

/** What follows the scheme of a URL, as far as it goes. */
const AFTER_URL_SCHEME = /:\/\/((?:(?!:\/\/)(?:[^\s"\\]|\\["\\/]))*)/g;

/**
 * Everything that could serve as a credential, replaced in a text: a message, or a line of JSON, which stays one. Each
 * pattern begins where nothing before it can match too and takes what it looked at, so that a long text cannot make the
 * search quadratic.
 */
export function redactText(text: string): string {
  return withoutQuotedMembers(text.replace(NAMED_MEMBER, `$1${QUOTED}`))
    .replace(KEY_MEMBER, `$1${REDACTED}`)
    .replace(HEADER, `$1${REDACTED}`)
    .replace(PARAMETER, `$1${REDACTED}`)
    .replace(SCHEME, `$1 ${REDACTED}`)
    .replace(COMPACT_TOKEN, REDACTED)
    .replace(AFTER_URL_SCHEME, (_, rest: string) => `://${withoutUserInformation(rest)}`);
}

function withoutQuotedMembers(text: string): string {
  let redacted = '';
  let from = 0;
  for (;;) {
    QUOTED_MEMBER.lastIndex = from;
    const member = QUOTED_MEMBER.exec(text);
    if (member === null) return redacted + text.slice(from);
    const [whole, opening = ''] = member;
    const value = member.index + whole.length;
    redacted += text.slice(from, value) + REDACTED;
    from = endOfValue(text, value, opening.length);
  }
}

/**
 * Where a value ends that began with a quote behind so many backslashes: at the next quote behind as many. A quote within the value has one
 * more than twice as many, a backslash before either twice as many and two.
 */
function endOfValue(text: string, start: number, escapes: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (first > start && text[first - 1] === '\\') first -= 1;
    const before = quote - first;
    if (before % (2 * escapes + 2) !== 2 * escapes + 1) return quote - Math.min(before, escapes);
  }
  return text.length;
}

/** The user information runs to the LAST `@`: an operator may have typed a password with `/`, `:` or `@` unescaped. */
function withoutUserInformation(rest: string): string {
  const end = rest.lastIndexOf('@');
  if (end === -1) return rest;
  const [authority = ''] = rest.split('/', 1);
  // No user information: a path that holds an `@`, as in file:///…/node_modules/@scope/package.
  if (!/[:@]/.test(authority)) return rest;
  return `${REDACTED}${rest.slice(end)}`;
}
