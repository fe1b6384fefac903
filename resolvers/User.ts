import { type GraphQLSchema, isEnumType } from 'graphql';
import type { Role } from '../src/domain/role.js';
import type { UserResolvers } from '../src/generated/resolvers-types.js';

function known(schema: GraphQLSchema, role: Role): boolean {
  const type = schema.getType('Role');
  return isEnumType(type) && type.getValue(role) != null;
}

export const User: UserResolvers = {
  // The directory may hold roles of other applications; here they mean nothing.
  roles: ({ roles }, _args, _context, { schema }) =>
    roles.filter((role) => known(schema, role)) as ReturnType<
      Extract<UserResolvers['roles'], (...args: never) => unknown>
    >,
};
