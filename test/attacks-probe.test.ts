import { it } from 'vitest';
import { startGateway } from './support/running-gateway.js';
it('times', async () => {
  for (let i = 0; i < 6; i++) {
    const a = performance.now();
    const g = await startGateway();
    const b = performance.now();
    const t = await g.token('user_ada');
    await g.impersonate('user_ada', 'user_cleo');
    const c = performance.now();
    await g.stop();
    console.log((b - a).toFixed(0), (c - b).toFixed(0), (performance.now() - c).toFixed(0), t.length);
  }
});
it('worst documents', async () => {
  const g = await startGateway();
  const { actorToken } = await g.impersonate('user_ada', 'user_cleo');
  const docs: Record<string, string> = {
    typename: `{ ${'__typename '.repeat(9990)} }`,
    aliases: `{ ${Array.from({ length: 2400 }, (_, i) => `a${i}:__typename`).join(' ')} }`,
    orders: `{ ${Array.from({ length: 1600 }, (_, i) => `a${i}:orders{id}`).join(' ')} }`,
    history: `{ ${Array.from({ length: 1000 }, (_, i) => `a${i}:accessHistory(first:500){nodes{id}}`).join(' ')} }`.slice(0),
    hist500: `{ ${Array.from({ length: 500 }, (_, i) => `a${i}:accessHistory(first:500){nodes{id}}`).join(' ')} }`.slice(0),
    deep: `{ ${'viewer{'.repeat(4990)} `,
    inline: `{ ${'...{'.repeat(3300)} __typename ${'}'.repeat(3300)} }`,
    inline2: `{ ${'...{'.repeat(1000)} __typename ${'}'.repeat(1000)} }`,
    list: `mutation { updateDeliveryNote(orderId: "a", note: ${'['.repeat(4900)}${']'.repeat(4900)}) { id } }`,
    objs: `mutation { updateDeliveryNote(orderId: "a", note: ${'{a:'.repeat(2400)}1${'}'.repeat(2400)}) { id } }`,
    frags: `{ ...F0 } ${Array.from({ length: 1200 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(' ')} fragment F1200 on Query { __typename }`,
    fragsq: `{ ...F0 } ${Array.from({ length: 800 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F800 on Query { __typename }`,
    manyfrag: `{ ${Array.from({ length: 1300 }, (_, i) => `...F${i}`).join(' ')} } ${Array.from({ length: 1300 }, (_, i) => `fragment F${i} on Query { a: __typename}`).join(' ')}`,
    vars: `query(${Array.from({ length: 1500 }, (_, i) => `$v${i}: Int`).join(' ')}) { __typename }`,
    dirs: `{ __typename ${'@skip(if:false) '.repeat(1400)} }`,
    ops: Array.from({ length: 2000 }, (_, i) => `query q${i} {__typename}`).join(' '),
    unknown: `{ ${Array.from({ length: 4900 }, (_, i) => `x${i} `).join(' ')} }`,
    ofType: `{ __schema { types { fields { type { ${'ofType {'.repeat(2000)} name ${'}'.repeat(2000)} } } } } }`,
    fieldsDeep: `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
  };
  for (const [name, doc] of Object.entries(docs)) {
    const a = performance.now();
    const r = await g.graphql(actorToken, doc);
    console.log(name, doc.length, (performance.now() - a).toFixed(0), r.status, [...new Set(r.codes)], r.errors[0]?.message.slice(0, 80), r.text.length);
  }
  await g.stop();
}, 120000);
