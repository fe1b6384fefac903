import type { SoakOptions } from './soak.js';

type Plan = Omit<SoakOptions, 'seed' | 'loadSeconds' | 'say'>;

const MIB = 1_024 * 1_024;

const MUSTS = [
  'a start',
  'an impersonated query',
  'a stop',
  'a revocation',
  'a token of an ended session',
  'a query of services',
  'a mutation',
  'a refused start',
  'a bad token',
  'a token never seen',
  'a document never seen',
  'a document never seen, for services',
  'a query in a burst',
  'a query on a kept connection',
  'a client that left before its answer',
  'a WebSocket dropped',
  'an event stream dropped',
  'a reserved stream never opened',
];

/** `npm run soak`: long enough for what is remembered for a minute, in every store there is, to be forgotten again. */
export const LONG: Plan = {
  workers: 16,
  warmUpSeconds: 75,
  fill: { tokens: 10_500, documents: 1_100 },
  idleSeconds: 70,
  lookPauseMs: 1_500,
  sampleSeconds: 3,
  collectSeconds: 30,
  disturbSeconds: 8,
  whole: true,
  bounds: { heapGrowth: 10 * MIB, residentGrowth: 24 * MIB, objectSlack: 4 },
  musts: [
    ...MUSTS,
    'an impersonated mutation',
    'a token of the identity provider',
    'an export taken whole',
    'an export broken off',
    'a slow client that gave up',
    'a slow client that was let go',
    'a reserved stream dropped',
    'a stream of a service, with events',
    'a verification',
    'a query of services, in bad weather',
    'reviews: killed, and back',
    'a new signing key',
    'a configuration that is refused',
  ],
};

/** The same in seconds, for every change of the code. */
export const SHORT: Plan = {
  workers: 12,
  warmUpSeconds: 1.5,
  fill: { tokens: 50, documents: 20 },
  idleSeconds: 4.5,
  lookPauseMs: 100,
  sampleSeconds: 1,
  collectSeconds: null,
  disturbSeconds: 0.4,
  whole: false,
  bounds: { heapGrowth: 6 * MIB, residentGrowth: null, objectSlack: 4 },
  musts: MUSTS,
};
