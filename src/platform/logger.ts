import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

export interface LoggerOptions {
  readonly level: string;
  /** Where the lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

/** A JWT, wherever in a string it stands: three base64url parts of which the first two decode to JSON objects. */
const JWT = /eyJ[\w-]{6,}\.eyJ[\w-]{6,}\.[\w-]*/g;
/** User information in a URL, e.g. of a MongoDB connection string. */
const URL_CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** The text without anything that could serve as a credential. */
export function redactText(text: string): string {
  return text.replace(JWT, '[REDACTED]').replace(URL_CREDENTIALS, '$1[REDACTED]@');
}

/**
 * The process's logger: one JSON object a line. Credentials cannot appear: named fields are censored, and every line is
 * swept for tokens and URL credentials before it is written, because causes carry text that others wrote.
 */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'authorization',
          '*.authorization',
          'headers.authorization',
          'cookie',
          '*.cookie',
          'token',
          '*.token',
          'actorToken',
          '*.actorToken',
        ],
        censor: '[REDACTED]',
      },
      hooks: { streamWrite: redactText },
    },
    options.destination ?? pino.destination({ dest: 1, sync: false }),
  );
}
