import { type ExecutionResult, parse, subscribe } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/identity.js';
import { summarise } from '../directives/guarded.js';
import { ANONYMOUS, ada, direct, impersonated, person } from '../policy/people.js';
import { openShop } from './shop-services.js';

const cleo = person('cleo', ['USER']);

async function follow(query: string, identity: Identity) {
  const shop = openShop();
  const found = await subscribe({ schema: shop.schema, document: parse(query), contextValue: { identity } });
  if (!(Symbol.asyncIterator in found)) return { events: [summarise(found)], asked: shop.own.asked, shop };
  const events = [];
  for await (const event of found as AsyncIterable<ExecutionResult>) events.push(summarise(event));
  return { events, asked: [...shop.own.asked, ...shop.orders.asked.map(({ document }) => document)], shop };
}

describe('a stream over services', () => {
  it('gives each event with what other services know of it, without what is denied', async () => {
    const { events, asked } = await follow(
      'subscription { ticks { at who { name card email orders { title cardLast4 } } } }',
      impersonated(ada, cleo, 'FULL'),
    );
    expect(events.map(({ errors }) => errors)).toEqual(Array(2).fill(['ticks.who.email: SENSITIVE_FIELD']));
    expect(asked.length).toBeGreaterThan(0);
    for (const never of ['card', 'email']) expect(asked.join('\n')).not.toContain(never);
    const permitted = await follow('subscription { ticks { at who { name card orders { title } } } }', direct(cleo));
    expect(permitted.events.map(({ data }) => data)).toEqual(
      [0, 1].map((at) => ({ ticks: { at, who: { name: 'CLEO', card: '4111', orders: [{ title: 'Order o1' }] } } })),
    );
  });

  it.each([
    ['nobody', ANONYMOUS, 'ticks', 'UNAUTHENTICATED'],
    ['somebody without the role', direct(cleo), 'audits', 'FORBIDDEN'],
  ])('is opened for %s with no service', async (_, identity, field, code) => {
    const { events, asked } = await follow(`subscription { ${field} { at } }`, identity);
    expect(events.map(({ errors }) => errors)).toEqual([[`${field}: ${code}`]]);
    expect(asked).toEqual([]);
  });

  it('that is left is left at the service too, though no event comes', async () => {
    const shop = openShop();
    shop.own.silent = true;
    const document = parse('subscription { ticks { at } }');
    const found = await subscribe({ schema: shop.schema, document, contextValue: { identity: direct(cleo) } });
    const events = (found as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await events.next();
    void events.next();
    expect(shop.own.open).toBe(1);
    await events.return?.();
    expect(shop.own.open).toBe(0);
  });
});
