import { svgText } from './svg-text.mjs';

const WIDTH = 960;
const LEFT = 78;
const RIGHT = 20;
const PLOT = 190;
const PANEL = 286;
const TOP = 64;

/** Told apart by hue and by dash; readable on white and on near-black. */
const LIGHT = ['#c2410c', '#0369a1', '#4d7c0f', '#7e22ce', '#a16207'];
const DARK = ['#fb8c4f', '#5cb8f0', '#a3d65c', '#c79bf2', '#e3c04f'];
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '1 2'];

/**
 * @typedef {{ label: string, points: readonly { x: number, y: number }[], marks?: boolean }} Line `marks`: a dot at each point
 * @typedef {{ title: string, unit: string, lines: readonly Line[] }} Panel
 */

/**
 * Panels one below the other over the same time: lines with their names beside their colours, axes with units, what happened meanwhile as
 * ticks above.
 * @param {{ title: string, subtitle: string, seconds: number, panels: readonly Panel[], happened?: readonly { at: number }[], happenedLabel?: string }} chart
 */
export function timeChart({ title, subtitle, seconds, panels, happened = [], happenedLabel = '' }) {
  const height = TOP + panels.length * PANEL + (happened.length > 0 ? 26 : 6);
  const colours = (list) => list.map((colour, at) => `.s${at}{stroke:${colour}}.f${at}{fill:${colour}}`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${svgText(title)}" font-family="system-ui, sans-serif" font-size="13">
<style>.bg{fill:#ffffff}.t{fill:#1b1f24}.a{fill:#57606a}.g{stroke:#d8dee4}.h{stroke:#57606a}${colours(LIGHT)}@media (prefers-color-scheme:dark){.bg{fill:#14171c}.t{fill:#e6e9ee}.a{fill:#9aa4b0}.g{stroke:#303741}.h{stroke:#9aa4b0}${colours(DARK)}}</style>
<rect class="bg" width="${WIDTH}" height="${height}"/>
<text class="t" x="12" y="24" font-size="16" font-weight="600">${svgText(title)}</text>
<text class="a" x="12" y="44" font-size="12">${svgText(subtitle)}</text>
${panels.map((panel, at) => drawPanel(panel, TOP + at * PANEL, seconds, happened)).join('\n')}
${happened.length === 0 ? '' : `<line class="h" x1="${LEFT}" x2="${LEFT}" y1="${height - 20}" y2="${height - 13}"/><text class="a" x="${LEFT + 8}" y="${height - 12}" font-size="12">${svgText(happenedLabel)}</text>`}
</svg>
`;
}

function drawPanel({ title, unit, lines }, top, seconds, happened) {
  const plotTop = top + 40;
  const bottom = plotTop + PLOT;
  const highest = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ y }) => y)));
  const step = tidyStep(highest / 4);
  const most = Math.ceil(highest / step) * step;
  const x = (value) => LEFT + (value / seconds) * (WIDTH - LEFT - RIGHT);
  const y = (value) => bottom - (value / most) * PLOT;
  const ticks = Array.from({ length: Math.round(most / step) + 1 }, (_, at) => at * step);
  const minuteStep = tidyStep(seconds / 60 / 10);
  const minutes = Array.from({ length: Math.floor(seconds / 60 / minuteStep + 0.01) + 1 }, (_, at) => at * minuteStep);
  let legendAt = LEFT;
  const legend = lines.map(({ label }, at) => {
    const from = legendAt;
    legendAt += 50 + widthOf(label);
    return `<line class="s${at}" x1="${from}" x2="${from + 22}" y1="${top + 27}" y2="${top + 27}" stroke-width="2.4" stroke-dasharray="${DASHES[at]}"/><text class="t" x="${from + 28}" y="${top + 31}" font-size="12">${svgText(label)}</text>`;
  });
  return [
    `<text class="t" x="12" y="${top + 10}" font-weight="600">${svgText(title)}</text>`,
    ...legend,
    ...ticks.map(
      (tick) =>
        `<line class="g" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/><text class="a" x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end" font-size="12">${tick.toLocaleString('en-US')}</text>`,
    ),
    `<text class="a" x="16" y="${plotTop + PLOT / 2}" font-size="12" text-anchor="middle" transform="rotate(-90 16 ${plotTop + PLOT / 2})">${svgText(unit)}</text>`,
    ...happened.map(({ at }) => {
      const where = x(at).toFixed(1);
      return `<line class="h" x1="${where}" x2="${where}" y1="${plotTop}" y2="${plotTop + 7}"/>`;
    }),
    ...minutes.map(
      (minute) =>
        `<text class="a" x="${x(minute * 60).toFixed(1)}" y="${bottom + 18}" text-anchor="middle" font-size="12">${minute}</text>`,
    ),
    `<text class="a" x="${WIDTH - RIGHT}" y="${bottom + 34}" text-anchor="end" font-size="12">minutes under load</text>`,
    ...lines.map(({ points, marks }, at) => drawLine(points, at, x, y, marks === true)),
  ].join('\n');
}

function drawLine(points, at, x, y, marks) {
  const path = points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
  const dots = marks
    ? points.map(
        (point) => `<circle class="f${at}" cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3"/>`,
      )
    : [];
  return `<polyline class="s${at}" fill="none" stroke-width="1.8" stroke-dasharray="${DASHES[at]}" points="${path.join(' ')}"/>${dots.join('')}`;
}

/** Of a text of 12 pixels, nearly: fonts differ. */
function widthOf(text) {
  return [...text].reduce((width, letter) => width + (/[ijlrtf,.: ]/.test(letter) ? 4.3 : 7.2), 0);
}

/** 1, 2 or 5 times a power of ten. */
function tidyStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}
