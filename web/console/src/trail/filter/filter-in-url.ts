import { shownBriefly } from '../../graphql/shown-text.js';
import { type AuditFilter, EVENT_TYPES, FILTER_FIELDS, type FilterField, OUTCOMES } from './audit-filter.js';
import { asMoment } from './moment.js';

/** Something in a URL that is not a filter. Nothing is asked with half a filter: the page says what is wrong. */
export interface FilterProblem {
  /** The parameter, as it stands in the URL. */
  readonly parameter: string;
  readonly message: string;
}

export interface FilterInUrl {
  readonly filter: AuditFilter;
  readonly problems: readonly FilterProblem[];
}

/** What else the address of the page may hold. */
const OTHER_PARAMETERS: ReadonlySet<string> = new Set(['event']);
/** The gateway knows no longer names and ids. */
const LONGEST = 255;

/** Reads a filter from the parameters of a URL: the same names as those of `GET /audit/export`. */
export function readFilter(search: string): FilterInUrl {
  const given = new URLSearchParams(search);
  const filter: Partial<Record<FilterField, unknown>> = {};
  const problems: FilterProblem[] = [];
  for (const parameter of new Set(given.keys())) {
    if (OTHER_PARAMETERS.has(parameter)) continue;
    try {
      filter[knownField(parameter)] = readValue(knownField(parameter), given.getAll(parameter));
    } catch (problem) {
      if (!(problem instanceof NotAFilter)) throw problem;
      problems.push({ parameter, message: problem.message });
    }
  }
  const read = filter as AuditFilter;
  const order = timesInOrder(read);
  if (order !== null) problems.push({ parameter: 'occurredBefore', message: order });
  return { filter: read, problems };
}

/** The parameters of a filter, without the question mark; empty for no restriction. Reading them gives the same filter. */
export function writeFilter(filter: AuditFilter): string {
  return new URLSearchParams(filterParameters(filter)).toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
}

export function filterParameters(filter: AuditFilter): [name: string, value: string][] {
  return FILTER_FIELDS.flatMap((field): [string, string][] => {
    const value = filter[field];
    if (value === undefined) return [];
    return [[field, typeof value === 'string' ? value : value.join(',')]];
  });
}

/** The search without some of its parameters. */
export function withoutParameters(search: string, parameters: readonly string[]): string {
  const left = new URLSearchParams(search);
  for (const parameter of parameters) left.delete(parameter);
  return left.toString();
}

class NotAFilter extends Error {}

function knownField(parameter: string): FilterField {
  if (!(FILTER_FIELDS as readonly string[]).includes(parameter)) {
    throw new NotAFilter('There is no such filter.');
  }
  return parameter as FilterField;
}

function readValue(field: FilterField, values: readonly string[]): unknown {
  if (field === 'types') return readTypes(values);
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw new NotAFilter('It is given more than once.');
  if (value.trim() === '') throw new NotAFilter('It has no value.');
  if (value.length > LONGEST) throw new NotAFilter(`It is longer than ${LONGEST} characters.`);
  if (field === 'outcome') return oneOf(OUTCOMES, value);
  return field === 'occurredAfter' || field === 'occurredBefore' ? readMoment(value) : value;
}

function readTypes(values: readonly string[]): readonly string[] {
  const types = values.flatMap((value) => value.split(',')).map((type) => oneOf(EVENT_TYPES, type));
  // In one order, each once: the same choice is the same address.
  return EVENT_TYPES.filter((type) => types.includes(type));
}

function oneOf(allowed: readonly string[], value: string): string {
  if (!allowed.includes(value)) throw new NotAFilter(`“${shownBriefly(value)}” is none of ${allowed.join(', ')}.`);
  return value;
}

function readMoment(value: string): string {
  const moment = asMoment(value);
  if (moment === null) {
    throw new NotAFilter(`“${shownBriefly(value)}” is not a moment such as 2026-01-31T12:00:00Z.`);
  }
  return moment;
}

function timesInOrder({ occurredAfter, occurredBefore }: AuditFilter): string | null {
  if (occurredAfter === undefined || occurredBefore === undefined) return null;
  return Date.parse(occurredAfter) < Date.parse(occurredBefore) ? null : '“Until” is not after “From”.';
}
