import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { describe, expect, it } from 'vitest';
import { type ComposedService, compose, composeInSteps } from '../../../src/upstreams/composition/compose.js';
import { merge } from '../../../src/upstreams/composition/merge.js';

const OPTIONS = { own: 'gateway', rules: [], scopes: new Map(), policies: new Map() };
const GATEWAY = { name: 'gateway', sdl: 'enum Role { CUSTOMER SUPPORT ADMIN } type Query { me: String }' };
const FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

function services(count: number): readonly ComposedService[] {
  const others = Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    sdl: `${FEDERATION} type T${index} @key(fields: "id") { id: ID! name: String } type Query { t${index}: T${index} }`,
  }));
  return [GATEWAY, ...others];
}

function byHand(all: readonly ComposedService[]) {
  const steps = composeInSteps(all, OPTIONS);
  let pauses = 0;
  for (let step = steps.next(); ; pauses += 1) {
    if (step.done === true) return { composition: step.value, pauses };
    step = steps.next(step.value === null ? undefined : merge(step.value));
  }
}

describe('composing in steps', () => {
  it('pauses after each service and between what is made of them', () => {
    const few = byHand(services(2)).pauses;
    expect(byHand(services(7)).pauses).toBe(few + 5);
    expect(few).toBeGreaterThan(10);
  });

  it('comes to what composing at once comes to', () => {
    const stepped = byHand(services(4)).composition;
    const atOnce = compose(services(4), OPTIONS);
    expect(stepped.supergraphSdl).toBe(atOnce.supergraphSdl);
    expect(printSchemaWithDirectives(stepped.schema)).toBe(printSchemaWithDirectives(atOnce.schema));
    expect(stepped.supergraphSdl).toContain('T3');
  });

  it('leaves nothing behind when it is left at a pause', () => {
    const left = composeInSteps(services(3), OPTIONS);
    left.next();
    left.return(undefined as never);
    expect(left.next().done).toBe(true);
    expect(byHand(services(3)).composition.supergraphSdl).toBe(compose(services(3), OPTIONS).supergraphSdl);
  });

  it('refuses as composing at once does', () => {
    const bad = [...services(2), { name: 'bad', sdl: 'type {' }];
    const refusal = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return String(error);
      }
      return null;
    };
    expect(refusal(() => byHand(bad))).toContain('service "bad"');
    expect(refusal(() => byHand(bad))).toBe(refusal(() => compose(bad, OPTIONS)));
  });
});
