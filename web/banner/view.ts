import css from './banner.css?inline';
import { fill } from './messages.js';
import type { Words } from './words.js';

const SVG = 'http://www.w3.org/2000/svg';
const WARNING = 'M12 2 1 21h22ZM13 18h-2v-2h2Zm0-4h-2V9h2Z';

/** What has a sentence of its own, in the order in which it is read. */
const PARTS = ['who', 'really', 'access', 'time', 'stop', 'note'] as const;
type Part = (typeof PARTS)[number];

let sheet: CSSStyleSheet | undefined;

/** The banner on the screen. */
export interface View {
  /** null: nothing is shown. */
  show(words: Words | null): void;
  /** Puts it above everything that is in the browser's top layer by now. */
  raise(): void;
}

/** Builds it from nodes and text alone: no markup is ever parsed, so that a name cannot be any. */
export function createView(root: ShadowRoot, onStop: () => void): View {
  const make = (parent: Node, tag: string, part: string): HTMLElement => {
    const element = parent.appendChild(document.createElement(tag));
    element.part.value = part;
    return element;
  };
  const room = make(root, 'div', 'room');
  const bar = make(root, 'section', 'bar');
  const said = make(root, 'p', 'said');
  const icon = bar.appendChild(document.createElementNS(SVG, 'svg'));
  const parts = PARTS.map((part) => [part, make(bar, part === 'stop' ? 'button' : 'p', part)] as const);
  const { time, stop } = Object.fromEntries(parts) as Record<Part, HTMLElement>;
  icon.part.value = 'icon';
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.ariaHidden = 'true';
  icon.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', WARNING);
  bar.popover = 'manual';
  bar.tabIndex = -1;
  bar.hidden = true;
  time.role = 'timer';
  said.role = 'status';
  stop.onclick = onStop;
  if (sheet === undefined) {
    // One for all banners; it is allowed where the page's policy allows no inline styles.
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  root.adoptedStyleSheets = [sheet];

  const shown = new Map<Node, string>();
  let aloud: Words['aloud'] = {};
  // The page keeps room for what is above it.
  new ResizeObserver(() => {
    room.style.height = `${bar.offsetHeight}px`;
  }).observe(bar);

  /** Names are isolated: whatever direction they run in, the sentence keeps its own. */
  function write(element: HTMLElement, sentence: string, values: Words['values']): void {
    const pieces = fill(sentence, values);
    const key = pieces.join('\0');
    element.hidden = key === '';
    if (shown.get(element) === key) return;
    shown.set(element, key);
    element.replaceChildren(
      ...pieces.map((piece, index) => {
        if (index % 2 === 0) return piece;
        const name = document.createElement('bdi');
        name.textContent = piece;
        return name;
      }),
    );
  }

  function raise(): void {
    if (bar.hidden) return;
    bar.hidePopover();
    bar.showPopover();
  }

  return {
    show(words) {
      const wasHidden = bar.hidden;
      bar.hidden = words === null;
      const news = Object.entries(words?.aloud ?? {}).filter(([key]) => !(key in aloud));
      aloud = words?.aloud ?? {};
      if (words === null) return;
      const { values } = words;
      bar.ariaLabel = words.label;
      bar.lang = said.lang = words.lang;
      bar.dataset.look = words.look;
      bar.toggleAttribute('data-last-minute', words.isLastMinute);
      // Whoever has the keyboard on Stop must not lose their place with it.
      const hadFocus = root.activeElement === stop;
      for (const [part, element] of parts) write(element, words[part], values);
      if (wasHidden) raise();
      if (hadFocus && stop.hidden) bar.focus();
      if (news.length === 0) return;
      // Screen readers say what changes in a region that is there already, also where the words are the same again.
      setTimeout(() => {
        shown.delete(said);
        write(said, news.map(([, sentence]) => sentence).join(' '), values);
      }, 100);
    },
    raise,
  };
}
