import { type GraphQLSchema, isObjectType } from 'graphql';

/** Whether a schema has the example shop in it, by everything of it that the console's "View as" asks for. */
export function servesExample(schema: GraphQLSchema): boolean {
  const order = schema.getType('Order');
  const asked = [
    [schema.getQueryType()?.getFields(), ['orders']],
    [schema.getMutationType()?.getFields(), ['updateDeliveryNote', 'changePassword']],
    [
      isObjectType(order) ? order.getFields() : undefined,
      ['title', 'totalCents', 'placedAt', 'deliveryNote', 'cardLast4'],
    ],
  ] as const;
  return asked.every(([fields, names]) => fields !== undefined && names.every((name) => Object.hasOwn(fields, name)));
}
