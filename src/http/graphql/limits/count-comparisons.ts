import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { QueryLimits } from '../../../domain/query-limits.js';
import { TooComplex } from './too-complex.js';

/** Selections looked at for each field that is allowed. */
const LOOKS_PER_FIELD = 20;

/**
 * Counts what validation holds against one another to see whether fields can be merged: in one place, and in what is merged there, each
 * two fields of one response name, and each two fragments. That grows with the square of what is written: two thousand fields are two
 * million pairs, and each pair may be a mistake that is told with all that is around it. Counting takes a step for each selection of a
 * place. A fragment counts in each place that it stands in; what graphql-js remembers of it from another place is not taken off.
 */
export class ComparisonCount {
  readonly #limits: Pick<QueryLimits, 'comparisons' | 'fields'>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What is merged with nothing, or with the same again, is looked at once; so circles of fragments come to an end. */
  readonly #seen = new Set<string>();
  readonly #spread = new Set<FragmentDefinitionNode>();
  readonly #numbers = new Map<SelectionSetNode, number>();
  #pairs = 0;
  #looks = 0;

  constructor(
    limits: Pick<QueryLimits, 'comparisons' | 'fields'>,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.#limits = limits;
    this.#fragments = fragments;
  }

  /** Takes in an operation. @throws TooComplex */
  operation({ selectionSet }: { readonly selectionSet: SelectionSetNode }): void {
    this.#place([selectionSet]);
  }

  /**
   * Takes in a fragment: a place of its own, also where others have it in theirs; but what it spreads was held against one another
   * there, once for all. @throws TooComplex
   */
  fragment(fragment: FragmentDefinitionNode): void {
    this.#place([fragment.selectionSet], !this.#spread.has(fragment));
  }

  /** @param sets what is merged in one place @param isNew whether its fragments were never held against one another */
  #place(sets: readonly SelectionSetNode[], isNew = true): void {
    const key = sets.map((set) => this.#numberOf(set)).join();
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const within = new Map<string, { fields: number; sets: SelectionSetNode[] }>();
    const spread = new Set<string>();
    for (const set of sets) this.#collect(set, within, spread);
    if (isNew) this.#pair(spread.size);
    for (const { fields } of within.values()) this.#pair(fields);
    for (const { sets: inner } of within.values()) if (inner.length > 0) this.#place(inner);
  }

  #collect(
    { selections }: SelectionSetNode,
    into: Map<string, { fields: number; sets: SelectionSetNode[] }>,
    spread: Set<string>,
  ): void {
    this.#looks += selections.length;
    const { fields } = this.#limits;
    if (this.#looks > LOOKS_PER_FIELD * fields) throw new TooComplex('fields', fields, fields + 1);
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const name = node.alias?.value ?? node.name.value;
        const known = into.get(name) ?? { fields: 0, sets: [] };
        into.set(name, known);
        known.fields += 1;
        if (node.selectionSet !== undefined) known.sets.push(node.selectionSet);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        this.#collect(node.selectionSet, into, spread);
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = this.#fragments.get(node.name.value);
        if (fragment === undefined) continue;
        this.#spread.add(fragment);
        this.#collect(fragment.selectionSet, into, spread);
      }
    }
  }

  #pair(alike: number): void {
    this.#pairs += (alike * (alike - 1)) / 2;
    const { comparisons } = this.#limits;
    if (this.#pairs > comparisons) throw new TooComplex('comparisons', comparisons, this.#pairs);
  }

  #numberOf(set: SelectionSetNode): number {
    const number = this.#numbers.get(set) ?? this.#numbers.size;
    this.#numbers.set(set, number);
    return number;
  }
}
