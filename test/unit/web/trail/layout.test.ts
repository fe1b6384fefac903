import { describe, expect, it } from 'vitest';
import { eventId, neighbourIds } from '../../../../web/console/src/trail/events/event-id.js';
import { baseFor, MOST_SCROLLED_ROWS } from '../../../../web/console/src/trail/list/layout.js';

describe('the base of a list without an end', () => {
  it('is the first row as long as the browser can scroll that far', () => {
    expect(baseFor(0, 0, 0, 200)).toBe(0);
    expect(baseFor(0, 0, 90_000, 91_200)).toBe(0);
    expect(baseFor(0, -5, 0, 200)).toBe(-5);
  });

  it('moves on where the list is too long, keeps room above, and then stays', () => {
    const origin = MOST_SCROLLED_ROWS;
    const base = baseFor(0, 0, origin, origin + 1_200);
    expect(base).toBeGreaterThan(0);
    expect(base).toBeLessThan(origin);
    expect(origin + 1_200 - base).toBeLessThan(MOST_SCROLLED_ROWS);
    expect(baseFor(base, 0, origin, origin + 1_200)).toBe(base);
  });

  it('moves back where somebody comes to its top, down to the first row', () => {
    expect(baseFor(50_000, 0, 49_900, 50_100)).toBe(0);
    expect(baseFor(500_000, 0, 500_000, 500_200)).toBe(450_000);
  });

  it('never needs more height than it may, through a million rows and back', () => {
    let base = 0;
    for (let origin = 0; origin < 1_000_000; origin += 200) {
      base = baseFor(base, 0, origin, origin + 1_200);
      expect(origin + 1_200 - base).toBeLessThanOrEqual(MOST_SCROLLED_ROWS + 1_200);
      expect(base).toBeLessThanOrEqual(origin);
    }
    for (let origin = 1_000_000; origin >= 0; origin -= 200) {
      base = baseFor(base, 0, origin, origin + 1_200);
      expect(base).toBeLessThanOrEqual(origin);
    }
    expect(base).toBe(0);
  });
});

describe('the ids of the neighbours of an event', () => {
  it('have the number before and after it', () => {
    expect(neighbourIds('chain:000000000041')).toEqual({ previous: 'chain:000000000040', next: 'chain:000000000042' });
    expect(neighbourIds(eventId('a:b', 1))).toEqual({ previous: 'a:b:000000000000', next: 'a:b:000000000002' });
  });

  it('are none before the first, and none of what is no id', () => {
    expect(neighbourIds('chain:000000000000')).toEqual({ previous: null, next: 'chain:000000000001' });
    expect(neighbourIds('somewhere')).toEqual({ previous: null, next: null });
  });
});
