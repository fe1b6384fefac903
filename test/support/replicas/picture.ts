import type { Figures } from './figures.js';
import { PROMISE_MS } from './watching.js';

const [WIDTH, HEIGHT] = [960, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 270, 56, 366];
const MOST_MS = 1_200;
const COLOURS = ['#2f81f7', '#d29922', '#2da44e', '#bf3989', '#8250df', '#e5534b'];

/** Of each condition, which part of its trials was refused by all replicas after how long; with a line where the promise ends. */
export function pictureOf(all: readonly Figures[], title: string): string {
  const x = (ms: number) => (LEFT + (ms / MOST_MS) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (part: number) => (BOTTOM - part * (BOTTOM - TOP)).toFixed(1);
  const curve = (ascending: readonly number[]) => {
    // One step for each place, however many trials are there.
    const heights = new Map(
      ascending.map((ms, index) => [x(Math.min(ms, MOST_MS)), y((index + 1) / ascending.length)]),
    );
    return [...heights].map(([place, height]) => `H${place} V${height}`).join(' ');
  };
  const ticks = Array.from({ length: MOST_MS / 200 + 1 }, (_, index) => index * 200);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${text(title)}" font-family="system-ui, sans-serif" font-size="13">
<style>.bg{fill:#ffffff}.t{fill:#1b1f24}.a{fill:#57606a}.g{stroke:#d8dee4}.p{stroke:#c2410c}.pt{fill:#c2410c}.c{fill:none;stroke-width:2}@media (prefers-color-scheme:dark){.bg{fill:#14171c}.t{fill:#e6e9ee}.a{fill:#9aa4b0}.g{stroke:#303741}.p{stroke:#fb8c4f}.pt{fill:#fb8c4f}}</style>
<rect class="bg" width="${WIDTH}" height="${HEIGHT}"/>
<text class="t" x="12" y="26" font-size="16" font-weight="600">${text(title)}</text>
${ticks.map((ms) => `<line class="g" x1="${x(ms)}" x2="${x(ms)}" y1="${TOP}" y2="${BOTTOM}"/><text class="a" x="${x(ms)}" y="${BOTTOM + 18}" text-anchor="middle" font-size="12">${ms.toLocaleString('en')}</text>`).join('\n')}
${[0, 0.25, 0.5, 0.75, 1].map((part) => `<line class="g" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(part)}" y2="${y(part)}"/><text class="a" x="${LEFT - 8}" y="${Number(y(part)) + 4}" text-anchor="end" font-size="12">${part * 100} %</text>`).join('\n')}
<line class="p" x1="${x(PROMISE_MS)}" x2="${x(PROMISE_MS)}" y1="${TOP - 8}" y2="${BOTTOM}" stroke-width="2" stroke-dasharray="5 4"/>
<text class="pt" x="${x(PROMISE_MS)}" y="${TOP - 12}" text-anchor="middle" font-size="12">promised</text>
${all.map(({ refusedAfterMs }, index) => `<path class="c" stroke="${COLOURS[index % COLOURS.length]}" d="M${x(0)} ${y(0)} ${curve(refusedAfterMs)}"/>`).join('\n')}
${all.map(({ condition, trials }, index) => `<rect x="${WIDTH - RIGHT + 20}" y="${TOP + index * 24}" width="12" height="12" fill="${COLOURS[index % COLOURS.length]}"/><text class="t" x="${WIDTH - RIGHT + 38}" y="${TOP + index * 24 + 11}">${text(condition)}: ${trials}</text>`).join('\n')}
<text class="a" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${BOTTOM + 42}" text-anchor="middle" font-size="12">milliseconds from the answer to a stop or revocation until every replica refuses</text>
</svg>
`;
}

function text(of: string): string {
  return of.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
