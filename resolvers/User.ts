import { type GraphQLSchema, isEnumType } from 'graphql';
import type { Role } from '../src/domain/role.js';
import type { UserResolvers } from '../src/generated/resolvers-types.js';

const known = new WeakMap<GraphQLSchema, ReadonlySet<Role>>();

function rolesOf(schema: GraphQLSchema): ReadonlySet<Role> {
  let roles = known.get(schema);
  if (roles === undefined) {
    const type = schema.getType('Role');
    roles = new Set(isEnumType(type) ? type.getValues().map(({ name }) => name) : []);
    known.set(schema, roles);
  }
  return roles;
}

export const User: UserResolvers = {
  // The directory may hold roles of other applications; here they mean nothing.
  roles: ({ roles }, _args, _context, { schema }) =>
    roles.filter((role) => rolesOf(schema).has(role)) as ReturnType<
      Extract<UserResolvers['roles'], (...args: never) => unknown>
    >,
};
