import type { Attack } from './attack.js';
import { AGAINST_BODIES, AGAINST_EVENTS, AGAINST_KEYS } from './attacks-on-events.js';
import { AGAINST_PRUNING } from './attacks-on-pruning.js';
import { AGAINST_EVERYTHING, AGAINST_RESTORES, AGAINST_SEALS } from './attacks-on-seals.js';
import { MEANING } from './faults-of-meaning.js';

/** Everything that somebody with full access to the database, or a gateway gone wrong, may do to a trail. */
export const ATTACKS: readonly Attack[] = [
  ...AGAINST_EVENTS,
  ...AGAINST_KEYS,
  ...AGAINST_BODIES,
  ...AGAINST_SEALS,
  ...AGAINST_RESTORES,
  ...AGAINST_PRUNING,
  ...AGAINST_EVERYTHING,
  ...MEANING,
];
