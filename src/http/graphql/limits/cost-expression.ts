/** The values of variables, by name. */
export type Values = Readonly<Record<string, unknown>>;

/** What a request's variables say of the size of one list. */
export interface VariableSize {
  /**
   * @param sent as they came
   * @param defaults of the operation, for what was not sent
   */
  of(sent: Values, defaults: Values): number;
}

/** A number, or what is one as soon as the variables are there. */
export type Cost = number | VariableCost;

interface VariableCost {
  readonly constant: number;
  /** Sizes times costs. A cost may stand in several: it is worked out once for each. */
  readonly terms: readonly { readonly size: number | VariableSize; readonly cost: Cost }[];
}

/** The sum. As it is for fragments within fragments, it is as large as the list, however much each of them holds. */
export function sum(costs: readonly Cost[]): Cost {
  let constant = 0;
  const open: VariableCost[] = [];
  for (const cost of costs) {
    if (typeof cost === 'number') constant += cost;
    else open.push(cost);
  }
  const [first] = open;
  if (first === undefined) return constant;
  if (open.length === 1 && constant === 0) return first;
  return { constant, terms: open.map((cost) => ({ size: 1, cost })) };
}

/** So many times the cost. */
export function times(size: number | VariableSize, cost: Cost): Cost {
  // Nothing of it is nothing, of whatever: sizes without an end included.
  if (size === 0 || cost === 0) return 0;
  if (typeof size === 'number') {
    if (typeof cost === 'number') return size * cost;
    if (size === 1) return cost;
  }
  return { constant: 0, terms: [{ size, cost }] };
}

/** What it comes to with these variables. */
export function evaluate(cost: Cost, sent: Values, defaults: Values): number {
  if (typeof cost === 'number') return cost;
  let total = cost.constant;
  for (const { size, cost: each } of cost.terms) {
    const entries = typeof size === 'number' ? size : size.of(sent, defaults);
    if (entries === 0) continue;
    const one = evaluate(each, sent, defaults);
    if (one !== 0) total += entries * one;
  }
  return total;
}
