import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type GraphQLObjectType, Kind, parse, visit } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { isSensitiveInput } from '../../../directives/index.js';
import { createShop } from '../../../examples/shop/index.js';
import { loadSchema } from '../../../examples/shop/load-schema.js';
import { guardedSchema } from './shop-execution.js';

describe("the shop's schema", () => {
  it('is the file beside the source', () => {
    const file = new URL('../../../examples/shop/schema.graphql', import.meta.url);
    expect(createShop()).toMatchObject({ name: 'shop', typeDefs: readFileSync(file, 'utf8') });
  });

  it("joins the gateway's own, and says exactly what the contract says", () => {
    const schema = guardedSchema(createShop());
    const signatures = (typeName: string, fieldNames?: readonly string[]) => {
      const fields = (schema.getType(typeName) as GraphQLObjectType).getFields();
      return (fieldNames ?? Object.keys(fields)).map((name) => {
        const field = fields[name];
        const args = field?.args.map((argument) => `${argument.name}: ${argument.type}`).join(', ');
        const directives = field?.astNode?.directives?.map((directive) => ` @${directive.name.value}`).join('');
        return `${name}(${args}): ${field?.type}${directives}`;
      });
    };
    expect(signatures('Query', ['orders'])).toEqual(['orders(): [Order!]! @authenticated']);
    expect(signatures('Mutation', ['updateDeliveryNote', 'changePassword'])).toEqual([
      'updateDeliveryNote(orderId: ID!, note: String!): Order! @authenticated',
      'changePassword(newPassword: String!): Boolean! @authenticated @blockedWhileImpersonating',
    ]);
    expect(signatures('Order')).toEqual([
      'id(): ID!',
      'title(): String!',
      'totalCents(): Int!',
      'placedAt(): DateTime!',
      'deliveryNote(): String',
      'customer(): User!',
      'cardLast4(): String @sensitive',
    ]);
  });

  it('keeps the new password, and nothing else, out of the audit trail', () => {
    const mutations = guardedSchema(createShop()).getMutationType()?.getFields();
    const sensitive = ['changePassword', 'updateDeliveryNote'].flatMap((name) =>
      (mutations?.[name]?.args ?? []).filter(isSensitiveInput).map((argument) => `${name}(${argument.name}:)`),
    );
    expect(sensitive).toEqual(['changePassword(newPassword:)']);
  });

  it('describes each of its elements', () => {
    const described: string[] = [];
    const silent: string[] = [];
    const note = (node: { readonly name: { readonly value: string }; readonly description?: { value: string } }) => {
      (node.description?.value.trim() ? described : silent).push(node.name.value);
    };
    visit(parse(createShop().typeDefs), {
      [Kind.OBJECT_TYPE_DEFINITION]: note,
      [Kind.FIELD_DEFINITION]: note,
      [Kind.INPUT_VALUE_DEFINITION]: note,
    });
    expect(silent).toEqual([]);
    expect(described).toHaveLength(1 + 10 + 3);
  });
});

describe('loading the SDL', () => {
  const folders: string[] = [];

  /** A package of its own, outside this one; its SDL file only where asked for. */
  function packageWith(sdl: string | null): string {
    const root = mkdtempSync(join(tmpdir(), 'shop-package-'));
    folders.push(root);
    writeFileSync(join(root, 'package.json'), '{}');
    mkdirSync(join(root, 'examples/shop'), { recursive: true });
    mkdirSync(join(root, 'dist/examples/shop'), { recursive: true });
    if (sdl !== null) writeFileSync(join(root, 'examples/shop/schema.graphql'), sdl);
    return root;
  }

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  it.each(['examples/shop/load-schema.ts', 'dist/examples/shop/load-schema.js'])('works from %s', (module) => {
    const root = packageWith('type Here { a: Int }');
    expect(loadSchema(pathToFileURL(join(root, module)).href)).toBe('type Here { a: Int }');
  });

  it('fails where the package has no SDL file', () => {
    const root = packageWith(null);
    expect(() => loadSchema(pathToFileURL(join(root, 'dist/examples/shop/load-schema.js')).href)).toThrow('ENOENT');
  });

  it('fails outside any package', () => {
    expect(() => loadSchema('file:///no-such-folder/examples/shop/load-schema.js')).toThrow('no package.json');
  });
});
