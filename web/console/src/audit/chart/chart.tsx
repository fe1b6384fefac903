import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf, onThemeChange } from './colours.js';
import { LINES } from './lines.js';
import type { Series } from './series.js';

export interface ChartProps {
  readonly series: Series;
  /** Seconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** A stretch was dragged over, seconds since 1970. */
  readonly onChoose: (from: number, until: number) => void;
}

const HEIGHT = 104;

/** The lines, drawn. It is not for those who listen: the same numbers are in the table. */
export default function Chart({ series, from, until, onChoose }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const choose = useEffectEvent(onChoose);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new uPlot(
      options(element, (a, b) => choose(a, b)),
      [[], [], [], []],
      element,
    );
    chart.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const stopWatching = onThemeChange(() => drawn.redraw(false));
    return () => {
      stopWatching();
      resized.disconnect();
      drawn.destroy();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const drawn = chart.current;
    if (drawn === null) return;
    drawn.batch(() => {
      drawn.setData(
        [series.at, series.started, series.ended, series.denied].map((column) => [...column]) as uPlot.AlignedData,
        false,
      );
      drawn.setScale('x', { min: from, max: until });
    });
  }, [series, from, until]);

  return <div ref={place} className="chart" aria-hidden="true" />;
}

function options(element: HTMLElement, onSelect: (from: number, until: number) => void): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => colourOf(element, '--muted'),
    grid: { stroke: () => colourOf(element, '--line'), width: 1 },
    ticks: { stroke: () => colourOf(element, '--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: { x: { time: true }, y: { range: (_chart, _min, max) => [0, Math.max(4, max * 1.08)] } },
    axes: [
      { ...axis, size: 30, values: (_chart, splits, _axis, _space, step) => splits.map((at) => tickInWords(at, step)) },
      {
        ...axis,
        size: 44,
        space: 24,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000],
      },
    ],
    series: [
      {},
      ...LINES.map(({ key, name, dash }) => ({
        label: name,
        stroke: () => colourOf(element, `--line-${key}`),
        width: 2,
        dash: [...dash],
        points: { show: false },
      })),
    ],
    hooks: {
      setSelect: [
        (drawn) => {
          const { left, width } = drawn.select;
          if (width < 3) return;
          onSelect(drawn.posToVal(left, 'x'), drawn.posToVal(left + width, 'x'));
          drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

const DAY_S = 86_400;
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const MINUTE = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const SECOND = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A moment on the axis in the reader's own way of writing time. Both in seconds. */
function tickInWords(at: number, step: number): string {
  const moment = new Date(at * 1_000);
  if (step >= DAY_S) return DAY.format(moment);
  if (step < 60) return SECOND.format(moment);
  const isMidnight = moment.getHours() === 0 && moment.getMinutes() === 0;
  return isMidnight ? DAY.format(moment) : MINUTE.format(moment);
}
