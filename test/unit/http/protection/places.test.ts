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

  it('are given back once, however often that is said', () => {
    const places = new Places(1);
    const leave = places.tryTake('ada');
    leave?.();
    leave?.();
    expect(places.tryTake('ada')).not.toBeNull();
    leave?.();
    expect(places.tryTake('ada')).toBeNull();
  });
});
