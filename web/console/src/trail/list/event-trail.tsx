import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { announce } from '../../ui/announcer.js';
import { Button } from '../../ui/button.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import type { FollowedLog } from '../events/use-event-log.js';
import { EventRow } from './event-row.js';
import { baseFor } from './layout.js';
import { useRowHeight } from './use-row-height.js';
import './trail.css';

export interface EventTrailProps extends Pick<FollowedLog, 'log' | 'state'> {
  readonly label: string;
  /** The address of an event's detail. */
  readonly hrefOf: (id: string) => string;
  readonly selectedId?: string | null;
  readonly empty: { readonly title: string; readonly hint: string };
}

/** What scrolls has to be reachable by keyboard. */
const REACHABLE = { tabIndex: 0 };
const OVERSCAN = 12;
/** New events are said no more often than this, milliseconds. */
const SAY_EVERY_MS = 15_000;

/** Events as a list without an end: however far somebody scrolls, as many rows are in the page as fit on the screen. */
export function EventTrail({ log, state, ...props }: EventTrailProps) {
  if (state.state === 'loading') return <Loading what="events" lines={8} />;
  if (state.state === 'failed') return <Failure error={state.error} onRetry={() => log.retry()} />;
  if (state.window.rows.length === 0) return <Empty title={props.empty.title}>{props.empty.hint}</Empty>;
  return <Rows key={state.opening} log={log} state={state} {...props} />;
}

function Rows({ log, state, label, hrefOf, selectedId = null }: EventTrailProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const { rows, origin, isNewest, isOldest } = state.window;
  const end = origin + rows.length;
  const [base, setBase] = useState(state.first);
  const nextBase = baseFor(base, state.first, origin, end);
  const [isAtTop, setAtTop] = useState(true);
  const [focusedId, setFocusedId] = useState<string | null>(null);

  // The base is a part of what is laid out here: it changes before anything is shown.
  if (nextBase !== base) setBase(nextBase);

  const focused = focusedId === null ? -1 : rows.findIndex(({ event }) => event.id === focusedId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    paddingStart: (origin - base) * rowHeight,
    paddingEnd: (Math.max(state.end, end) - end) * rowHeight,
    getItemKey: (index) => rows[index]?.event.id ?? index,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const until = Math.min(count - 1, endIndex + overscan);
      const indexes = Array.from({ length: Math.max(0, until - from + 1) }, (_, index) => from + index);
      // What has the focus stays in the page, or the focus would be lost with it.
      return focused === -1 || (focused >= from && focused <= until)
        ? indexes
        : [...indexes, focused].sort((a, b) => a - b);
    },
  });

  // The package keeps heights, and they change with the screen.
  useEffect(() => {
    void rowHeight;
    virtual.measure();
  }, [rowHeight, virtual]);

  // What is on the screen stays where it is when rows are put above it, except for those who follow at the top.
  const shownBase = useRef(base);
  useLayoutEffect(() => {
    const moved = (shownBase.current - base) * rowHeight;
    shownBase.current = base;
    const element = scroller.current;
    if (moved === 0 || element === null || isAtTop) return;
    element.scrollTop += moved;
  }, [base, rowHeight, isAtTop]);

  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const from = base + Math.floor(element.scrollTop / rowHeight);
    const until = base + Math.ceil((element.scrollTop + element.clientHeight) / rowHeight);
    const atTop = element.scrollTop < rowHeight / 2 && base === state.first;
    setAtTop(atTop);
    log.follow(atTop && isNewest);
    log.inSight(from, until);
  }, [log, base, rowHeight, isNewest, state.first]);
  useEffect(look, [look]);

  useEffect(() => {
    // The row that had the focus is gone: the list takes it.
    if (focusedId !== null && focused === -1) {
      setFocusedId(null);
      scroller.current?.focus({ preventScroll: true });
    }
  }, [focusedId, focused]);

  function toTop(): void {
    scroller.current?.scrollTo({ top: 0 });
    scroller.current?.focus({ preventScroll: true });
    if (isNewest && base === state.first && !state.isMoreWaiting) log.follow(true);
    else log.open();
  }

  const items = virtual.getVirtualItems();
  return (
    <div className="trail">
      <div className="trail-head">
        <Waiting state={state} onShow={toTop} />
        {isAtTop ? null : (
          <Button kind="quiet" onPress={toTop}>
            Back to the newest
          </Button>
        )}
      </div>
      <section
        ref={scroller}
        className="trail-scroller"
        aria-label={label}
        onScroll={look}
        onFocus={({ target }) => setFocusedId(target.closest<HTMLElement>('[data-event]')?.dataset.event ?? null)}
        onBlur={() => setFocusedId(null)}
        {...REACHABLE}
      >
        <ol className="trail-rows" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { event } = row;
            return (
              <li
                key={key}
                aria-setsize={isOldest ? end - state.first : -1}
                aria-posinset={origin + index - state.first + 1}
                className="trail-row"
                data-event={event.id}
                data-selected={event.id === selectedId || undefined}
                style={{ '--at': `${start}px` } as CSSProperties}
              >
                <EventRow event={event} href={hrefOf(event.id)} isSelected={event.id === selectedId} />
              </li>
            );
          })}
        </ol>
        {state.isLoading ? <p className="trail-loading">Loading…</p> : null}
      </section>
      {state.edgeError === null ? null : <Failure error={state.edgeError} onRetry={() => log.retry()} />}
    </div>
  );
}

/** How many events were recorded that are not shown. */
function Waiting({ state, onShow }: { readonly state: EventTrailProps['state']; readonly onShow: () => void }) {
  const { waiting, isMoreWaiting } = state;
  const count = isMoreWaiting ? `${Math.max(1, waiting).toLocaleString()} or more` : waiting.toLocaleString();
  const said = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if ((waiting === 0 && !isMoreWaiting) || performance.now() - said.current < SAY_EVERY_MS) return;
    said.current = performance.now();
    announce(`${count} new events`);
  }, [waiting, isMoreWaiting, count]);
  if (waiting === 0 && !isMoreWaiting) return null;
  return (
    <Button kind="primary" onPress={onShow}>
      Show {count} new {waiting === 1 && !isMoreWaiting ? 'event' : 'events'}
    </Button>
  );
}
