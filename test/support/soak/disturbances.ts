import { setTimeout as pause } from 'node:timers/promises';
import type { Name } from '../../../examples/federation/addresses.js';
import type { Conduct } from '../federation/witness.js';
import type { SoakSetting } from './setting.js';

/** Something that goes wrong around a gateway, or is changed under it, and is over when it resolves. */
export interface Disturbance {
  readonly name: string;
  run(setting: SoakSetting): Promise<void>;
}

const UNAVAILABLE: Conduct = { kind: 'answer', status: 503, type: 'text/plain', body: 'away' };
const NO_GRAPHQL: Conduct = { kind: 'answer', status: 200, type: 'text/html', body: '<html></html>' };

function misbehaving(name: Name, conduct: Conduct, ms: number): Disturbance {
  return {
    name: `${name}: ${conduct.kind === 'answer' ? conduct.status : conduct.kind}`,
    async run({ services }) {
      const { witness } = services[name];
      witness.conduct = conduct;
      await pause(ms);
      witness.conduct = { kind: 'pass' };
      // Who hangs is not waited for any more; whoever still waits finds a broken connection.
      witness.crash();
    },
  };
}

const crash: Disturbance = {
  name: 'products: crash',
  run: async ({ services }) => services.products.witness.crash(),
};

/** One more rule, and back: two new schemas. */
const reload: Disturbance = {
  name: 'a new configuration, and the old one again',
  async run(setting) {
    await setting.reconfigure((yaml) =>
      yaml.replace('\nrules:\n', '\nrules:\n  - coordinate: Article.related\n    authenticated: true\n'),
    );
    await pause(1_500);
    await setting.reconfigure((yaml) => yaml);
    await pause(500);
  },
};

/** Refused, and the last good one goes on. */
const badReload: Disturbance = {
  name: 'a configuration that is refused',
  async run(setting) {
    await setting.reconfigure((yaml) =>
      yaml.replace('\nrules:\n', '\nrules:\n  - coordinate: Article.noSuchField\n    authenticated: true\n'),
    );
    await pause(1_500);
    await setting.reconfigure((yaml) => yaml);
    await pause(500);
  },
};

const kill: Disturbance = {
  name: 'reviews: killed, and back',
  async run({ mortal }) {
    await mortal?.kill();
    await pause(2_000);
    await mortal?.revive();
  },
};

const rotate: Disturbance = { name: 'a new signing key', run: (setting) => setting.rotateKeys() };
const rotateIssuer: Disturbance = {
  name: 'a new key of the identity provider',
  run: async ({ provider }) => provider?.rotateKeys(),
};

/** Those that a short run has time for. */
export const QUICK: readonly Disturbance[] = [
  misbehaving('orders', { kind: 'hang' }, 900),
  misbehaving('products', { kind: 'cut' }, 300),
  crash,
  reload,
];

export const ALL: readonly Disturbance[] = [
  misbehaving('orders', { kind: 'hang' }, 2_000),
  misbehaving('products', { kind: 'hang' }, 3_000),
  misbehaving('products', { kind: 'cut' }, 1_500),
  misbehaving('orders', UNAVAILABLE, 1_500),
  misbehaving('help', NO_GRAPHQL, 1_500),
  crash,
  reload,
  badReload,
  kill,
  rotate,
  rotateIssuer,
];
