import { CONTENDERS } from '../contenders.mjs';
import { number } from './numbers.mjs';
import { over } from './statistics.mjs';
import { svgText } from './svg-text.mjs';

const WIDTH = 960;
const LEFT = 356;
const RIGHT = 90;
const TOP = 58;
const ROW = 30;

/** The floor answers without looking; drawn to scale it would press all others against the axis. */
const FLOOR = 'echo';

/** Requests per second of every contender as bars, least to greatest as a line across the end. Readable in light and dark. */
export function chart(throughput, title) {
  const measured = CONTENDERS.filter(({ id }) => throughput[id] !== undefined);
  const isAlone = measured.every(({ id }) => id === FLOOR);
  const bars = measured
    .filter(({ id }) => isAlone || id !== FLOOR)
    .map(({ id, label, ours }) => ({ label, ours, ...over(throughput[id], ({ perSecond }) => perSecond) }))
    .sort((a, b) => b.median - a.median);
  const step = tidyStep(Math.max(...bars.map(({ high }) => high)) / 5);
  const most = Math.ceil(Math.max(...bars.map(({ high }) => high)) / step) * step;
  const x = (value) => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
  const bottom = TOP + bars.length * ROW;
  const floor =
    isAlone || throughput[FLOOR] === undefined
      ? ''
      : `; not drawn: ${CONTENDERS.find(({ id }) => id === FLOOR).label}, ${number(over(throughput[FLOOR], ({ perSecond }) => perSecond).median)}`;
  const ticks = Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 52}" width="${WIDTH}" height="${bottom + 52}" role="img" aria-label="${svgText(title)}" font-family="system-ui, sans-serif" font-size="13">
<style>.bg{fill:#ffffff}.t{fill:#1b1f24}.a{fill:#57606a}.g{stroke:#d8dee4}.ours{fill:#c2410c}.peer{fill:#7c8ea3}.w{stroke:#1b1f24}@media (prefers-color-scheme:dark){.bg{fill:#14171c}.t{fill:#e6e9ee}.a{fill:#9aa4b0}.g{stroke:#303741}.ours{fill:#fb8c4f}.peer{fill:#64748b}.w{stroke:#e6e9ee}}</style>
<rect class="bg" width="${WIDTH}" height="${bottom + 52}"/>
<text class="t" x="12" y="24" font-size="16" font-weight="600">${svgText(title)}</text>
<rect class="ours" x="12" y="36" width="10" height="10"/><text class="a" x="27" y="45" font-size="12">the gateway</text><rect class="peer" x="112" y="36" width="10" height="10"/><text class="a" x="127" y="45" font-size="12">others</text>
${ticks.map((tick) => `<line class="g" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${bottom}"/><text class="a" x="${x(tick)}" y="${bottom + 18}" text-anchor="middle" font-size="12">${tick === 0 ? '0' : number(tick)}</text>`).join('\n')}
${bars.map((bar, index) => row(bar, TOP + index * ROW, x)).join('\n')}
<text class="a" x="${WIDTH / 2}" y="${bottom + 40}" text-anchor="middle" font-size="12">requests per second, one core (median; the line shows least to greatest)${svgText(floor)}</text>
</svg>
`;
}

function row({ label, ours, median, low, high }, y, x) {
  const middle = y + ROW / 2;
  return `<text class="t" x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${svgText(label)}</text>
<rect class="${ours ? 'ours' : 'peer'}" x="${LEFT}" y="${y + 6}" width="${(x(median) - LEFT).toFixed(1)}" height="${ROW - 12}" rx="2"/>
<line class="w" x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${middle}" y2="${middle}" stroke-width="1.5"/>
<text class="t" x="${(Math.max(x(high), x(median)) + 8).toFixed(1)}" y="${middle + 4}" font-size="12">${number(median)}</text>`;
}

/** 1, 2 or 5 times a power of ten. */
function tidyStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}
