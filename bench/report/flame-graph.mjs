import { svgText } from './svg-text.mjs';

const WIDTH = 1_400;
const ROW = 17;
const TOP = 46;
/** Narrower boxes than this many pixels are left out: nobody can see them. */
const LEAST = 0.4;
const CHARACTER = 6.3;

/** A flame graph as one SVG without scripts; hovering over a box shows its name and share. */
export function flameGraph(root, title) {
  const boxes = [];
  let depth = 0;
  const place = (node, x, level) => {
    const width = (node.total / root.total) * WIDTH;
    if (width < LEAST) return;
    depth = Math.max(depth, level);
    boxes.push(box(node, x, level, width, root.total));
    let at = x;
    for (const child of node.children) {
      place(child, at, level + 1);
      at += (child.total / root.total) * WIDTH;
    }
  };
  place(root, 0, 0);
  const height = TOP + (depth + 1) * ROW + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="ui-monospace, monospace" font-size="10.5">
<style>.bg{fill:#fff}.t{fill:#1b1f24}rect.f{stroke:#fff;stroke-width:.5}@media (prefers-color-scheme:dark){.bg{fill:#14171c}.h{fill:#e6e9ee}rect.f{stroke:#14171c}}</style>
<rect class="bg" width="${WIDTH}" height="${height}"/>
<text class="t h" x="8" y="20" font-size="14">${svgText(title)}</text>
<text class="t h" x="8" y="37">Width is time on the processor; each box hangs from its caller. Hover for names and shares.</text>
${boxes.join('\n')}
</svg>
`;
}

function box({ name, self, total }, x, level, width, whole) {
  const y = TOP + level * ROW;
  const share = (part) => `${((part / whole) * 100).toFixed(2)} %`;
  const room = Math.floor((width - 4) / CHARACTER);
  const label = room < 4 ? '' : `<text class="t" x="${round(x + 2)}" y="${y + 12}">${svgText(clip(name, room))}</text>`;
  return `<g><title>${svgText(name)}\n${share(total)}, itself ${share(self)}</title><rect class="f" x="${round(x)}" y="${y}" width="${round(width)}" height="${ROW - 1}" fill="${colour(name)}"/>${label}</g>`;
}

/** One hue for each owner of code, so that it shows at a glance whose time it is. */
function colour(name) {
  if (/ dist\//.test(name)) return '#f4a261';
  if (/ @apollo\//.test(name)) return '#b8a1e3';
  if (/ graphql/.test(name)) return '#e58fb1';
  if (/ node:/.test(name)) return '#8ecae6';
  if (/^\(/.test(name) && !name.includes(' ')) return '#cfd4da';
  return '#a7d7a0';
}

const clip = (text, room) => (text.length <= room ? text : `${text.slice(0, room - 1)}…`);
const round = (number) => number.toFixed(1);
