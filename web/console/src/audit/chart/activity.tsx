import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useQuery } from '../../graphql/use-query.js';
import type { AuditFilter } from '../../trail/filter/audit-filter.js';
import { Button } from '../../ui/button.js';
import { Failure, Loading } from '../../ui/states.js';
import { type Column, Table } from '../../ui/table.js';
import { DateTime } from '../../ui/time.js';
import type { UsedFilter } from '../use-audit-filter.js';
import { Legend } from './legend.js';
import { type Bucket, chartedStretch, chosenStretch, seriesOf } from './series.js';
import { Statistics } from './statistics-query.js';

const Chart = lazy(() => import('./chart.js'));

const BUCKETS = 60;
/** How often the last minutes are asked for anew, milliseconds. */
const AGAIN_MS = 30_000;
const PRESETS = [
  { name: 'Last hour', hours: 1 },
  { name: '24 hours', hours: 24 },
  { name: '7 days', hours: 7 * 24 },
  { name: '30 days', hours: 30 * 24 },
] as const;

export interface ActivityProps {
  readonly filter: AuditFilter;
  readonly onChoose: UsedFilter['change'];
}

/** Sessions and denials over time: a chart to drag over, and the same numbers as a table. */
export function Activity({ filter, onChoose }: ActivityProps) {
  const now = useNow(AGAIN_MS);
  const stretch = useMemo(() => chartedStretch(filter, now), [filter, now]);
  const { data, error, refetch } = useQuery(
    Statistics,
    { ...stretch, buckets: BUCKETS },
    { keepPrevious: true, staleTime: AGAIN_MS },
  );
  const buckets = data?.impersonationStatistics;
  const series = useMemo(() => seriesOf(buckets ?? []), [buckets]);

  return (
    <section className="card activity" aria-labelledby="activity">
      <div className="title-row">
        <h2 id="activity">Sessions and denials</h2>
        {buckets === undefined ? null : <Legend totals={series.totals} />}
        <fieldset className="title-end button-row" aria-label="Time shown">
          {PRESETS.map(({ name, hours }) => (
            <Button
              key={name}
              kind="quiet"
              onPress={() =>
                onChoose({
                  occurredAfter: beforeNow(hours),
                  occurredBefore: undefined,
                })
              }
            >
              {name}
            </Button>
          ))}
        </fieldset>
      </div>
      {buckets === undefined ? (
        error === null ? (
          <Loading what="the chart" lines={3} />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <Suspense fallback={<Loading what="the chart" lines={3} />}>
            <Chart
              series={series}
              from={Date.parse(stretch.occurredAfter) / 1_000}
              until={Date.parse(stretch.occurredBefore) / 1_000}
              onChoose={(a, b) => {
                const chosen = chosenStretch(a, b);
                if (chosen !== null) onChoose(chosen);
              }}
            />
          </Suspense>
          <div className="activity-foot">
            <p className="muted">
              <DateTime value={stretch.occurredAfter} /> to <DateTime value={stretch.occurredBefore} />, whatever else
              is filtered. Drag over the chart to choose a time.
            </p>
            <details className="disclosure">
              <summary>As a table</summary>
              {series.isEmpty ? (
                <p className="muted">Nothing began, ended or was denied in this time.</p>
              ) : (
                <Table
                  label="Sessions and denials over time"
                  columns={COLUMNS}
                  rows={buckets.filter(({ started, denied, ended }) => started + denied + ended > 0)}
                  rowId={({ from }) => from}
                />
              )}
            </details>
          </div>
        </>
      )}
    </section>
  );
}

/** To the second: as precise as the fields above show it. */
function beforeNow(hours: number): string {
  return new Date(Math.floor(Date.now() / 1_000 - hours * 3_600) * 1_000).toISOString();
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

const COLUMNS: readonly Column<Bucket>[] = [
  {
    id: 'time',
    heading: 'Time',
    isRowHeading: true,
    cell: ({ from, until }) => (
      <>
        <DateTime value={from} seconds /> – <DateTime value={until} seconds />
      </>
    ),
  },
  { id: 'started', heading: 'Started', cell: ({ started }) => started.toLocaleString() },
  { id: 'ended', heading: 'Ended', cell: ({ ended }) => ended.toLocaleString() },
  { id: 'denied', heading: 'Denied', cell: ({ denied }) => denied.toLocaleString() },
];
