/** The lines of the chart. No two have the same dashes: nobody has to tell them apart by colour. */
export const LINES = [
  { key: 'started', name: 'Started', className: 'line-started', dash: [] },
  { key: 'ended', name: 'Ended', className: 'line-ended', dash: [7, 4] },
  { key: 'denied', name: 'Denied', className: 'line-denied', dash: [2, 3] },
] as const satisfies readonly {
  key: 'started' | 'ended' | 'denied';
  name: string;
  className: string;
  dash: readonly number[];
}[];
