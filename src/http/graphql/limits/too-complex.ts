import { GatewayError } from '../../../errors/index.js';
import type { LimitName } from './limit-name.js';

const WHAT: Readonly<Record<LimitName, (allowed: number, found: number) => string>> = {
  characters: (allowed, found) => `it has ${found} characters; ${allowed} are allowed`,
  lines: (allowed, found) => `it has ${found} lines; ${allowed} are allowed`,
  nameLength: (allowed, found) => `a name in it has ${found} characters; ${allowed} are allowed`,
  depth: (allowed, found) => `its fields are nested ${found} deep; ${allowed} are allowed`,
  fields: (allowed, found) => `it has ${found} fields; ${allowed} are allowed`,
  aliases: (allowed, found) => `it has ${found} aliases; ${allowed} are allowed`,
  comparisons: (allowed, found) =>
    `${found} pairs of fields or fragments in it have to be compared, as they stand in one place; ${allowed} are allowed`,
  rootFields: (allowed, found) => `it has ${found} root fields; ${allowed} are allowed`,
  directives: (allowed, found) => `it has ${found} directives; ${allowed} are allowed`,
  directivesPerPlace: (allowed, found) => `it has ${found} directives in one place; ${allowed} are allowed`,
  recursion: (allowed, found) => `a field stands within itself ${found} times; ${allowed} are allowed`,
  variables: (allowed, found) => `it has ${found} variables; ${allowed} are allowed`,
  inputDepth: (allowed, found) => `an input value is nested ${found} deep; ${allowed} are allowed`,
  inputValues: (allowed, found) => `it has ${found} input values; ${allowed} are allowed`,
  cost: (allowed, found) => `it costs ${found}; ${allowed} are allowed`,
  introspection: (allowed, found) => `it introspects lists nested ${found} deep; ${allowed} are allowed`,
  slicingArguments: (_, found) => `a list needs exactly one argument that says how much of it is wanted, not ${found}`,
};

/** The limit that a document, or its variables, are beyond, as a client is told. */
export class TooComplex extends GatewayError {
  readonly limit: LimitName;

  /** @param found at least so much; large numbers are cut, as JSON has no others. */
  constructor(limit: LimitName, allowed: number, found: number) {
    const told = Math.min(Math.ceil(found), Number.MAX_SAFE_INTEGER);
    super('QUERY_TOO_COMPLEX', {
      message: `The query is too complex: ${WHAT[limit](allowed, told)}.`,
      extensions: { limit: { name: limit, allowed, found: told } },
    });
    this.limit = limit;
  }
}
