/**
 * The one schema all contenders serve. `guard` is how a server writes "only for the role USER" behind a field; the gateway adds
 * the rest (viewer, roles, DateTime) itself, the others get it from here.
 */
const orderFields = `
  id: ID!
  title: String!
  totalCents: Int!
  placedAt: DateTime!
  deliveryNote: String`;

/** For servers that know nothing of users and dates. @param {{ guard?: string, definitions?: string }} options */
export function standaloneSchema({ guard = '', definitions = '' } = {}) {
  return `
${definitions}
scalar DateTime
enum Role { USER SUPPORT AUDITOR ADMIN }
type User { id: ID! name: String! email: String! roles: [Role!]! disabled: Boolean! avatarUrl: String }
type Order {${orderFields}
}
type Query {
  viewer: User
  orders: [Order!]! ${guard}
}`;
}

/** What the gateway's host module adds to the gateway's own schema. */
export const HOST_SCHEMA = `
type Order {${orderFields}
}
type OpenOrder {${orderFields}
}
type GuardedOrder @requiresRole(role: USER) {${orderFields}
}
extend type Query {
  orders: [Order!]! @requiresRole(role: USER)
  openOrders: [OpenOrder!]!
  guardedOrders: [GuardedOrder!]! @requiresRole(role: USER)
}
extend type Mutation {
  updateDeliveryNote(orderId: ID!, note: String!): Order! @requiresRole(role: USER)
}
`;

/** How a standalone server writes a DateTime: the same text as the gateway's. */
export function serializeDateTime(value) {
  if (typeof value !== 'number' || Number.isNaN(value)) throw new TypeError('a DateTime is a number of milliseconds');
  return new Date(value).toISOString();
}
