/** Where progress may be drawn: only a terminal has `isTTY`. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Progress {
  readonly events: (count: number) => void;
  /** Of how many the bytes just read are. */
  readonly bytes: (count: number, size: number) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

const REDRAW_MS = 200;
const CELLS = 24;
const WIPE = '\r\u001b[2K';

/** Draws one line, again and again, on a terminal; writes nothing anywhere else. */
export function startProgress(output: ProgressOutput): Progress {
  const startedAt = performance.now();
  let drawnAt = startedAt;
  let events = 0;
  let read = 0;
  let total = 0;

  function draw(): void {
    const now = performance.now();
    if (output.isTTY !== true || now - drawnAt < REDRAW_MS) return;
    drawnAt = now;
    const rate = Math.round((events / (now - startedAt)) * 1_000);
    output.write(
      `${WIPE}${bar(read, total)}${events.toLocaleString('en')} events  ${rate.toLocaleString('en')} events/s`,
    );
  }

  return {
    events(count) {
      events += count;
      draw();
    },
    bytes(count, size) {
      read += count;
      total = size;
      draw();
    },
    end() {
      if (drawnAt !== startedAt) output.write(WIPE);
    },
  };
}

function bar(read: number, total: number): string {
  if (total === 0) return '';
  const share = Math.min(1, read / total);
  const done = Math.round(share * CELLS);
  return `[${'#'.repeat(done)}${'-'.repeat(CELLS - done)}] ${String(Math.floor(share * 100)).padStart(3)} %  `;
}
