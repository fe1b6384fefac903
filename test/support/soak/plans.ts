import type { SoakOptions } from './soak.js';

type Plan = Omit<SoakOptions, 'seed' | 'loadSeconds' | 'say'>;

const MIB = 1_024 * 1_024;

const MUSTS = [
  'a start',
  'a token of an ended session',
  'a mutation',
  'a refused start',
  'a bad token',
  'a token never seen',
  'a query in a burst',
  'a query on a kept connection',
  'a client that left before its answer',
  'a WebSocket dropped',
  'an event stream dropped',
];

/** `npm run soak`: long enough for what is remembered for a minute, in every store there is, to be forgotten again. */
export const LONG: Plan = {
  workers: 16,
  warmUpSeconds: 40,
  fill: { tokens: 10_500, documents: 1_050 },
  documentLength: 0,
  repeats: { queries: 0, documents: 0 },
  idleSeconds: 65,
  restLimitSeconds: 60,
  lookPauseMs: 1_500,
  sampleSeconds: 3,
  collectSeconds: 60,
  disturbSeconds: 8,
  whole: true,
  // Of each actor token some kilobytes are remembered, of ten thousand at most: more than are started here.
  bounds: {
    heapGrowth: 10 * MIB,
    heapPerSession: 6_144,
    externalGrowth: 4 * MIB,
    residentGrowth: 32 * MIB,
    objectSlack: 4,
  },
  musts: [
    ...MUSTS,
    'an impersonated query',
    'an impersonated mutation',
    'a stop',
    'a revocation',
    'a query of services',
    'a document never seen',
    'a document never seen, for services',
    'a reserved stream never opened',
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
  warmUpSeconds: 0,
  // So long that twenty of them are all that is remembered.
  documentLength: 50_000,
  fill: { tokens: 20, documents: 25 },
  // Each with so much that what is kept of either passes the bound of the heap.
  repeats: { queries: 500, documents: 100 },
  idleSeconds: 1.5,
  restLimitSeconds: 20,
  lookPauseMs: 100,
  sampleSeconds: 1,
  collectSeconds: null,
  disturbSeconds: 0.4,
  whole: false,
  bounds: {
    heapGrowth: 4 * MIB,
    heapPerSession: 12_288,
    externalGrowth: 4 * MIB,
    residentGrowth: null,
    objectSlack: 4,
  },
  musts: [...MUSTS, 'a plain query', 'a document never seen, of many'],
};
