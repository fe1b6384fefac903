import { describe, expect, it } from 'vitest';
import { createShop } from '../../../examples/shop/index.js';
import type { Identity } from '../../../src/domain/identity.js';
import { asThemselves, guardedSchema, impersonating, run } from './shop-execution.js';

const UPDATE =
  'mutation ($id: ID!, $note: String!) { updateDeliveryNote(orderId: $id, note: $note) { id deliveryNote } }';
const OWN = 'order_user_cleo_1';
const cleo = asThemselves('user_cleo');

function shop() {
  const schema = guardedSchema(createShop());
  return {
    update: (identity: Identity, id: string, note: string) => run(schema, identity, UPDATE, { id, note }),
    async notes(identity: Identity) {
      const { result } = await run(schema, identity, '{ orders { id deliveryNote } }');
      return result.data?.orders as readonly { readonly id: string; readonly deliveryNote: string | null }[];
    },
  };
}

describe('Mutation.updateDeliveryNote', () => {
  it('changes the note of that one order, and the change stays', async () => {
    const { update, notes } = shop();
    const before = await notes(cleo);
    const { result, codes } = await update(cleo, OWN, '  Ring twice 🔔  ');
    expect(codes).toEqual([]);
    expect(result.data).toEqual({ updateDeliveryNote: { id: OWN, deliveryNote: 'Ring twice 🔔' } });
    expect(await notes(cleo)).toEqual([{ id: OWN, deliveryNote: 'Ring twice 🔔' }, ...before.slice(1)]);
  });

  it('takes the note away where it is blank', async () => {
    const { update } = shop();
    await update(cleo, OWN, 'Something');
    expect((await update(cleo, OWN, ' \n\t ')).result.data).toMatchObject({
      updateDeliveryNote: { deliveryNote: null },
    });
  });

  it('keeps the data of two shops apart', async () => {
    const changed = shop();
    const untouched = shop();
    const before = await untouched.notes(cleo);
    await changed.update(cleo, OWN, 'Only in one of them');
    expect(await untouched.notes(cleo)).toEqual(before);
  });

  it("is refused for somebody else's order exactly as for one that does not exist, and changes nothing", async () => {
    const { update, notes } = shop();
    const carl = asThemselves('user_carl');
    const before = await notes(carl);
    const foreign = await update(cleo, 'order_user_carl_1', 'Mine now');
    const unknown = await update(cleo, 'order_user_cleo_99', 'Mine now');
    expect(foreign.codes).toEqual(['BAD_USER_INPUT']);
    expect(foreign.result).toEqual(unknown.result);
    expect(JSON.stringify(foreign.result)).not.toContain('order_user_carl_1');
    expect(await notes(carl)).toEqual(before);
  });

  it.each(['', '__proto__', 'constructor', 'order_user_cleo_', 'ORDER_USER_CLEO_1', ' order_user_cleo_1'])(
    'knows no order %j',
    async (id) => {
      expect((await shop().update(cleo, id, 'x')).codes).toEqual(['BAD_USER_INPUT']);
    },
  );

  it.each([
    ['500 characters', '🔔'.repeat(500)],
    ['500 characters after trimming', ` ${'x'.repeat(500)}\n`],
    ['text in another script', 'Bitte bei Müller klingeln – 3ª planta, 右側のドア'],
  ])('accepts %s', async (_what, note) => {
    const { result, codes } = await shop().update(cleo, OWN, note);
    expect(codes).toEqual([]);
    expect(result.data).toMatchObject({ updateDeliveryNote: { deliveryNote: note.trim() } });
  });

  it.each([
    ['501 characters', 'x'.repeat(501)],
    ['a line break inside', 'first\nsecond'],
    ['a NUL', 'a\u0000b'],
    ['an escape sequence', 'a\u001b[31mb'],
    ['a C1 control', 'a\u0085b'],
    ['a lone surrogate', 'a\ud83db'],
  ])('refuses %s and keeps the note as it was', async (_what, note) => {
    const { update, notes } = shop();
    const before = await notes(cleo);
    const { result, codes } = await update(cleo, OWN, note);
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(result.errors?.[0]?.message).not.toContain(note);
    expect(await notes(cleo)).toEqual(before);
  });

  it("changes the subject's order under a full impersonation, and never the actor's", async () => {
    const { update, notes } = shop();
    const ada = asThemselves('user_ada');
    const before = await notes(ada);
    const full = impersonating('user_cleo', 'FULL');
    expect((await update(full, OWN, 'By support')).codes).toEqual([]);
    expect((await update(full, 'order_user_ada_1', 'By support')).codes).toEqual(['BAD_USER_INPUT']);
    expect((await notes(cleo))[0]?.deliveryNote).toBe('By support');
    expect(await notes(ada)).toEqual(before);
  });

  it('is refused in a read-only impersonation and changes nothing', async () => {
    const { update, notes } = shop();
    const before = await notes(cleo);
    expect((await update(impersonating('user_cleo', 'READ_ONLY'), OWN, 'No')).codes).toEqual(['READ_ONLY_SESSION']);
    expect(await notes(cleo)).toEqual(before);
  });
});
