import { describe, expect, it } from 'vitest';
import { watchPresence } from '../../../web/console/src/graphql/presence.js';

class Page extends EventTarget {
  /** An event as a browser makes it for a person, or as a script does. */
  happens(type: string, isTrusted = true): void {
    const event = new Event(type);
    Object.defineProperty(event, 'isTrusted', { value: isTrusted });
    this.dispatchEvent(event);
  }
}

function open() {
  const page = new Page();
  let time = 1_000;
  const presence = watchPresence(page, () => time);
  return {
    page,
    isThereAfter(ms: number) {
      time += ms;
      return presence.isSomebodyThere();
    },
  };
}

describe('whether somebody sits in front of the page', () => {
  it('is so for the seconds after it was opened, and after each thing that a person does', () => {
    const { page, isThereAfter } = open();
    expect(isThereAfter(4_999)).toBe(true);
    expect(isThereAfter(1)).toBe(false);
    for (const deed of ['pointerdown', 'keydown', 'wheel', 'click', 'input']) {
      page.happens(deed);
      expect(isThereAfter(4_999), deed).toBe(true);
      expect(isThereAfter(1), deed).toBe(false);
    }
  });

  it('is not told from what happens by itself, nor from what a script does', () => {
    const { page, isThereAfter } = open();
    isThereAfter(5_000);
    for (const type of ['focus', 'visibilitychange', 'pointermove', 'scroll']) page.happens(type);
    page.happens('click', false);
    expect(isThereAfter(0)).toBe(false);
  });
});
