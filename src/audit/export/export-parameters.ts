import { EVENT_OUTCOMES, EVENT_TYPES } from '../../domain/audit-event.js';
import { parseDateTime } from '../../domain/date-time.js';
import { GatewayError } from '../../errors/index.js';
import type { EventFilter } from '../../stores/index.js';

export const EXPORT_FORMATS = ['ndjson', 'csv', 'ecs'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What somebody wants to have exported. */
export interface ExportOrder {
  readonly format: ExportFormat;
  /** Empty: the whole trail. */
  readonly filter: EventFilter;
}

/** The names of the GraphQL input ImpersonationEventFilter, in its order. */
export const FILTER_PARAMETERS = [
  'types',
  'outcome',
  'actorId',
  'subjectId',
  'sessionId',
  'requestId',
  'operationName',
  'occurredAfter',
  'occurredBefore',
] as const satisfies readonly (keyof EventFilter)[];
type FilterParameter = (typeof FILTER_PARAMETERS)[number];

/** Names that may be repeated to a client: whatever else it sent as one may be a credential. */
const PLAIN_NAME = /^-{0,2}[A-Za-z][A-Za-z_-]{0,31}$/;

/**
 * What the parameters ask for. `types` may be repeated or hold several, separated by commas; any other parameter comes at
 * most once. Values mean what they mean in the GraphQL input, and none is taken for absence where it is empty.
 * @param given names and values in the order given.
 * @param called what the sender calls the parameter; default: its name.
 * @throws GatewayError BAD_USER_INPUT with the parameter in `extensions.field`
 */
export function readExportParameters(
  given: Iterable<readonly [name: string, value: string]>,
  called: (name: string) => string = (name) => name,
): ExportOrder {
  const values = new Map<string, string[]>();
  for (const [name, value] of given) {
    if (name !== 'format' && !isFilterParameter(name)) {
      throw PLAIN_NAME.test(called(name))
        ? badParameter(called(name), 'is no parameter of an export')
        : new GatewayError('BAD_USER_INPUT', { message: 'There is a parameter that an export does not have.' });
    }
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else if (name === 'types') known.push(value);
    else throw badParameter(called(name), 'may be given once');
  }

  const [format = 'ndjson'] = values.get('format') ?? [];
  const entries = FILTER_PARAMETERS.flatMap((name) => {
    const sent = values.get(name);
    return sent === undefined ? [] : [[name, readValue(name, sent, called(name))] as const];
  });
  return {
    format: oneOf(EXPORT_FORMATS, format, called('format')),
    filter: Object.fromEntries(entries) as EventFilter,
  };
}

function isFilterParameter(name: string): name is FilterParameter {
  return (FILTER_PARAMETERS as readonly string[]).includes(name);
}

function readValue(name: FilterParameter, sent: readonly string[], called: string): EventFilter[FilterParameter] {
  const [value = ''] = sent;
  switch (name) {
    case 'types': {
      const types = sent.flatMap((list) => list.split(','));
      return [...new Set(types.map((type) => oneOf(EVENT_TYPES, type, called)))];
    }
    case 'outcome':
      return oneOf(EVENT_OUTCOMES, value, called);
    case 'occurredAfter':
    case 'occurredBefore': {
      const time = parseDateTime(value);
      if (time === null)
        throw badParameter(called, 'must be a time as RFC 3339 writes it, e.g. 2026-01-31T12:00:00.000Z');
      return time;
    }
    default:
      return value;
  }
}

function oneOf<T extends string>(known: readonly T[], value: string, called: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw badParameter(called, `must be one of ${known.join(', ')}`);
  return found;
}

/** The value is not repeated: what was put in the wrong place may be secret. */
function badParameter(called: string, why: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message: `\`${called}\` ${why}.`, extensions: { field: called } });
}
