import css from './banner.css?inline';
import { fill } from './messages.js';
import type { Words } from './words.js';

/** As text, and not as a picture of the system's own colours: every frame and every forced colour suits it. */
const WARNING = '\u26a0\ufe0e';

/** What has a sentence of its own, in the order in which it is read. */
const PARTS = ['who', 'really', 'access', 'time', 'stop', 'note'] as const;
type Part = (typeof PARTS)[number];

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
    // Not the document's own: markup of the page can stand in for that (`<img name="createElement">`).
    const element = Document.prototype.createElement.call(document, tag);
    element.part.value = part;
    return parent.appendChild(element);
  };
  const room = make(root, 'div', 'room');
  const bar = make(root, 'section', 'bar');
  const said = make(root, 'p', 'said');
  const icon = make(bar, 'p', 'icon');
  const parts = PARTS.map((part) => [part, make(bar, part === 'stop' ? 'button' : 'p', part)] as const);
  const { time, stop } = Object.fromEntries(parts) as Record<Part, HTMLElement>;
  icon.ariaHidden = 'true';
  icon.textContent = WARNING;
  bar.popover = 'manual';
  bar.tabIndex = -1;
  bar.hidden = true;
  time.role = 'timer';
  said.role = 'status';
  stop.onclick = onStop;
  // Allowed where the page's policy allows no inline styles.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  let aloud: Words['aloud'] = {};
  // The page keeps room for what is above it.
  new ResizeObserver(() => {
    room.style.height = `${bar.offsetHeight}px`;
  }).observe(bar);

  /** Names are isolated: whatever direction they run in, the sentence keeps its own. */
  function write(element: HTMLElement, sentence: string, values: Words['values']): void {
    const pieces = fill(sentence, values);
    const text = pieces.join('');
    element.hidden = text === '';
    if (element.textContent === text) return;
    element.replaceChildren();
    pieces.forEach((piece, index) => {
      if (index % 2 === 0) element.append(piece);
      else make(element, 'bdi', '').textContent = piece;
    });
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
      const before = aloud;
      aloud = words?.aloud ?? {};
      const news = Object.entries(aloud).filter(([key]) => !(key in before));
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
        said.replaceChildren();
        write(said, news.map(([, sentence]) => sentence).join(' '), values);
      }, 100);
    },
    raise,
  };
}
