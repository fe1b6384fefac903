import { Kind, type ValueNode } from 'graphql';
import type { QueryLimits } from '../../../domain/query-limits.js';
import { TooComplex } from './too-complex.js';

type InputLimits = Pick<QueryLimits, 'inputDepth' | 'inputValues'>;

/** Counts values, and refuses those that are nested too deep or too many. What is refused is not looked at to its end. */
export class InputCount {
  readonly #limits: InputLimits;
  #values = 0;

  constructor(limits: InputLimits) {
    this.#limits = limits;
  }

  /** Takes in a literal. @throws TooComplex */
  literal(value: ValueNode, depth = 0): void {
    this.#one();
    if (value.kind === Kind.LIST) {
      this.#level(depth + 1);
      for (const each of value.values) this.literal(each, depth + 1);
    } else if (value.kind === Kind.OBJECT) {
      this.#level(depth + 1);
      for (const field of value.fields) this.literal(field.value, depth + 1);
    }
  }

  /** Takes in the value of a variable, as JSON has it. @throws TooComplex */
  value(value: unknown, depth = 0): void {
    this.#one();
    if (typeof value !== 'object' || value === null) return;
    this.#level(depth + 1);
    for (const each of Array.isArray(value) ? value : Object.values(value)) this.value(each, depth + 1);
  }

  #one(): void {
    this.#values += 1;
    if (this.#values > this.#limits.inputValues) {
      throw new TooComplex('inputValues', this.#limits.inputValues, this.#values);
    }
  }

  #level(depth: number): void {
    if (depth > this.#limits.inputDepth) throw new TooComplex('inputDepth', this.#limits.inputDepth, depth);
  }
}
