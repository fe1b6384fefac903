/** What a refusal means to the person at the screen, and what they can do about it. */
export interface Words {
  readonly sentence: string;
  readonly next: string;
}

const WORDS = {
  UNAUTHENTICATED: { sentence: 'You are not signed in.', next: 'Sign in and try again.' },
  FORBIDDEN: { sentence: 'You may not do this.', next: 'If your work needs it, ask for the role.' },
  NESTED_IMPERSONATION: {
    sentence: 'You are already acting as somebody.',
    next: 'Stop this impersonation, then start the other one.',
  },
  SELF_IMPERSONATION: { sentence: 'You cannot impersonate yourself.', next: 'You already act as yourself.' },
  USER_NOT_FOUND: { sentence: 'There is no such user.', next: 'Search for them again; they may have been removed.' },
  SUBJECT_PROTECTED: {
    sentence: 'This person holds a protected role and cannot be impersonated.',
    next: 'Choose somebody else. Admins and auditors are protected unless your gateway is set up otherwise.',
  },
  SUBJECT_DISABLED: {
    sentence: 'This person is disabled and cannot be impersonated.',
    next: 'Have the account enabled first, if that is right.',
  },
  STEP_UP_REQUIRED: {
    sentence: 'Your sign-in is not fresh or strong enough for this.',
    next: 'Sign in again, with a second factor where you have one, and start once more.',
  },
  SESSION_LIMIT: {
    sentence: 'You have as many active impersonations as one person may have.',
    next: 'Stop one of them under Sessions, then try again.',
  },
  RATE_LIMITED: {
    sentence: 'You have started many impersonations in a short time.',
    next: 'Wait a minute and try again.',
  },
  BAD_USER_INPUT: { sentence: 'Something that was entered is not acceptable.', next: 'Correct it and try again.' },
  AUDIT_UNAVAILABLE: {
    sentence: 'The audit trail cannot be written at the moment, so this was refused.',
    next: 'Try again in a minute. If it lasts, tell whoever runs the gateway.',
  },
  TOKEN_INVALID: { sentence: 'Your sign-in is not accepted any more.', next: 'Sign in again.' },
  TOKEN_EXPIRED: { sentence: 'Your sign-in has expired.', next: 'Sign in again.' },
  IMPERSONATION_ENDED: {
    sentence: 'This impersonation has ended.',
    next: 'You are back to yourself. Start a new one if it is still needed.',
  },
  NOT_IMPERSONATING: { sentence: 'You are not impersonating anybody.', next: 'There is nothing to stop.' },
  SESSION_NOT_FOUND: { sentence: 'There is no such session.', next: 'It may have ended. Load the list again.' },
  READ_ONLY_SESSION: {
    sentence: 'This impersonation is read-only, so nothing can be changed.',
    next: 'Stop, and start again with full access if the change is really to be made in this person’s name.',
  },
  BLOCKED_WHILE_IMPERSONATING: {
    sentence: 'Only the person themselves may do this, whatever your access.',
    next: 'Ask them to do it.',
  },
  SENSITIVE_FIELD: {
    sentence: 'This is hidden while you act as somebody else.',
    next: 'Leave it out; the person themselves can see it.',
  },
  REVOCATION_UNAVAILABLE: {
    sentence: 'It cannot be checked at the moment whether this impersonation is still active.',
    next: 'Try again in a minute. Stop works meanwhile.',
  },
  UPSTREAM_UNAVAILABLE: {
    sentence: 'A service that is needed for this did not answer.',
    next: 'Try again in a minute.',
  },
  PAYLOAD_TOO_LARGE: { sentence: 'That is more than the gateway takes at once.', next: 'Send less.' },
  QUERY_TOO_COMPLEX: {
    sentence: 'The query asks for too much at once.',
    next: 'Ask for fewer fields or smaller pages.',
  },
  GRAPHQL_PARSE_FAILED: { sentence: 'This is not a GraphQL document.', next: 'Correct it and try again.' },
  GRAPHQL_VALIDATION_FAILED: {
    sentence: 'The query does not fit this gateway’s schema.',
    next: 'If you did not write it yourself, load the page again: the console may be older than the gateway.',
  },
  INTERNAL_SERVER_ERROR: {
    sentence: 'Something went wrong in the gateway.',
    next: 'Try again. If it happens again, report the request id.',
  },
} as const satisfies Record<string, Words>;

export type ErrorCode = keyof typeof WORDS;

/** What is known of a refusal. */
export interface Refused {
  readonly code: ErrorCode;
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Every code that has words here. A test holds the list equal to the gateway's catalogue. */
export const WORDED_CODES = Object.keys(WORDS) as readonly ErrorCode[];

/** The code where it is one of the closed list; anything else is as unexpected as an error can be. */
export function errorCodeOf(code: unknown): ErrorCode {
  return typeof code === 'string' && Object.hasOwn(WORDS, code) ? (code as ErrorCode) : 'INTERNAL_SERVER_ERROR';
}

/** What to tell the person. Where the gateway says more than its standard sentence (which field, which role), that is told. */
export function inWords(refusal: Refused): Words {
  const words: Words = WORDS[refusal.code];
  if (refusal.code === 'FORBIDDEN') return { ...words, sentence: forbidden(refusal) ?? words.sentence };
  if (refusal.code === 'BAD_USER_INPUT') return { ...words, sentence: refusal.message || words.sentence };
  if (refusal.code === 'GRAPHQL_PARSE_FAILED' || refusal.code === 'GRAPHQL_VALIDATION_FAILED') {
    return { ...words, sentence: `${words.sentence} ${refusal.message}` };
  }
  return words;
}

function forbidden({ extensions }: Refused): string | null {
  const { requires } = extensions;
  if (typeof requires !== 'object' || requires === null || !('role' in requires)) return null;
  const roles = [requires.role]
    .flat()
    .filter((role) => typeof role === 'string')
    .join(' or ');
  if (roles === '') return null;
  return `This needs the role ${roles}.`;
}
