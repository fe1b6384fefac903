import { expect, it } from 'vitest';
import { sameCallers } from '../../../web/console/src/graphql/same-callers.js';

it('an earlier answer stands in for the next one only where the same identity got it', () => {
  const standIn = sameCallers<string>({ key: 'session:s1', token: 't' });
  expect(standIn('Cleo’s orders', { queryKey: ['session:s1', 'orders'] })).toBe('Cleo’s orders');
  expect(standIn('Ada’s users', { queryKey: ['own:k1', 'users'] })).toBeUndefined();
  expect(standIn('somebody’s', undefined)).toBeUndefined();
});
