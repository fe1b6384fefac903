import { type GraphQLInputType, isNonNullType } from 'graphql';
import { inputOf, literalOf } from './input-values.js';

interface Declared {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly nonNull: boolean;
  readonly defaultText: string | null;
}

const NAMES = ['v', 'toString', '__proto__', 'constructor', 'length'];
const MOST = 12;

/** The variables of an operation: declared as they are asked for, and given values. */
export class Variables {
  readonly #declared: Declared[] = [];

  constructor(readonly random: () => number) {}

  /** A variable that is valid where a value of the type is wanted. */
  ask(type: GraphQLInputType, hasDefault: boolean): string | null {
    const { random } = this;
    const bare = isNonNullType(type) ? type.ofType : type;
    const strict = isNonNullType(type);
    const known = this.#declared.filter(
      (each) =>
        String(each.type) === String(bare) &&
        (each.nonNull || !strict || (each.defaultText !== null && each.defaultText !== 'null')),
    );
    const again = known[Math.floor(random() * known.length)];
    if (again !== undefined && random() < 0.6) return `$${again.name}`;
    if (this.#declared.length >= MOST) return null;
    const withDefault = random() < 0.5;
    // Null is refused when it is executed, not before, where a default stands on either side.
    const nonNull = (strict && !withDefault && !hasDefault) || (!withDefault && random() < 0.2);
    const defaultText = withDefault ? literalOf(bare, random, () => null) : null;
    if (strict && defaultText === 'null') return null;
    const index = this.#declared.length;
    const name = random() < 0.2 ? (NAMES[index] ?? `v${index}`) : `v${index}`;
    this.#declared.push({ name, type: bare, nonNull, defaultText });
    return `$${name}`;
  }

  /** A variable for a condition. */
  condition(): string {
    const name = `c${Math.floor(this.random() * (this.random() < 0.05 ? 7 : 3))}`;
    if (!this.#conditions.has(name)) this.#conditions.set(name, this.random() < 0.3);
    return `$${name}`;
  }

  readonly #conditions = new Map<string, boolean>();

  definitions(): string {
    const texts = this.#declared.map(
      ({ name, type, nonNull, defaultText }) =>
        `$${name}: ${type}${nonNull ? '!' : ''}${defaultText === null ? '' : ` = ${defaultText}`}`,
    );
    for (const [name, lax] of this.#conditions) texts.push(`$${name}: ${lax ? 'Boolean = true' : 'Boolean!'}`);
    return texts.length === 0 ? '' : `(${texts.join(', ')})`;
  }

  /** Values for one execution: some absent, some null, where the declaration lets them be. */
  values(random: () => number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const { name, type, nonNull } of this.#declared) {
      const choice = random();
      if (!nonNull && choice < 0.2) continue;
      if (!nonNull && choice < 0.35) entries.push([name, null]);
      else {
        const value = inputOf(type, random);
        entries.push([name, nonNull && value === null ? (inputOfSure(type, random) as never) : value]);
      }
    }
    for (const [name, lax] of this.#conditions) {
      const choice = random();
      if (lax && choice < 0.2) continue;
      entries.push([name, lax && choice < 0.25 ? null : random() < 0.6]);
    }
    return Object.fromEntries(entries);
  }
}

function inputOfSure(type: GraphQLInputType, random: () => number): unknown {
  let value = inputOf(type, random);
  while (value === null) value = inputOf(type, random);
  return value;
}
