import { describe, expect, it } from 'vitest';
import { Places } from '../../../../src/http/protection/places.js';

describe('places', () => {
  it('are as many for each as are allowed, and free again when they are given back', () => {
    const places = new Places(2);
    const [one, two] = [places.tryTake('ada'), places.tryTake('ada')];
    expect([one, two]).not.toContain(null);
    expect([places.tryTake('ada'), places.hasFree('ada'), places.hasFree('cleo')]).toEqual([null, false, true]);
    one?.();
    expect(places.hasFree('ada')).toBe(true);
  });

  it('are given back one at a time: who holds others still has no more than are left', () => {
    const places = new Places(3);
    const leave = [places.tryTake('ada'), places.tryTake('ada'), places.tryTake('ada')];
    leave[0]?.();
    expect([places.tryTake('ada'), places.tryTake('ada')]).toEqual([expect.any(Function), null]);
    leave[1]?.();
    leave[2]?.();
    expect(places.tryTake('ada')).not.toBeNull();
    expect(places.tryTake('ada')).not.toBeNull();
    expect(places.tryTake('ada')).toBeNull();
  });

  it('are given back once, however often that is said', () => {
    const places = new Places(1);
    const leave = places.tryTake('ada');
    leave?.();
    leave?.();
    expect(places.tryTake('ada')).not.toBeNull();
    leave?.();
    expect(places.tryTake('ada')).toBeNull();
  });

  it('take no memory for those who have none any more', () => {
    const places = new Places(2);
    const leave = ['ada', 'ada', 'cleo'].map((who) => places.tryTake(who));
    expect(places.holders).toBe(2);
    for (const each of leave) each?.();
    places.take('sam');
    places.leave('sam');
    expect(places.holders).toBe(0);
  });
});
