/** Three significant figures, thousands set apart. */
export function number(value) {
  if (value === null || value === undefined) return '';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** `1.23 (1.1–1.4)`: the median, and between which values all pairs lie. */
export function withSpread(spread, unit = '') {
  if (spread === null) return 'not measured';
  const shown = `${number(spread.median)}${unit === '×' || unit === '' ? '' : ` ${unit}`}`;
  return spread.count < 2 ? shown : `${shown} (${number(spread.low)} to ${number(spread.high)})`;
}

/** What the bound of a goal reads like: `≥ 5`. */
export function bound(goal) {
  return `${goal.bound === 'at least' ? '≥' : '≤'} ${number(goal.value)}${goal.unit === '×' ? '' : ` ${goal.unit}`}`;
}

/** `met`, `missed by 12 %`, `not measured`. */
export function verdict(goal) {
  if (goal.met === null) return 'not measured';
  return goal.met ? 'met' : `missed by ${Math.round(goal.missedBy * 100)} %`;
}
