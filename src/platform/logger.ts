import { type DestinationStream, type Logger, pino } from 'pino';
import { redactText } from './redact-text.js';

export type { Logger };
export { redactText };

export interface LoggerOptions {
  readonly level: string;
  /** Where the lines go; standard output by default. */
  readonly destination?: DestinationStream;
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
          'dpop',
          '*.dpop',
          'headers.dpop',
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
