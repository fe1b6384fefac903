import {
  DirectiveLocation,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** Where in a document, not in SDL, a directive can stand. */
const EXECUTABLE: readonly DirectiveLocation[] = [
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
];

/**
 * The types and directives that some operation can involve. An interface that is merely implemented by such a type counts:
 * its rules hold for that type. It does not make its other implementations reachable.
 */
export function reachable(schema: GraphQLSchema): ReadonlySet<GraphQLNamedType | GraphQLDirective> {
  const found = new Set<GraphQLNamedType | GraphQLDirective>();
  /** Types that a field returns or an argument takes, whose possibilities are all still to be followed. */
  const followed = new Set<GraphQLNamedType>();

  function followArguments(args: readonly GraphQLArgument[]): void {
    for (const argument of args) follow(getNamedType(argument.type));
  }

  function follow(type: GraphQLNamedType): void {
    if (followed.has(type)) return;
    followed.add(type);
    found.add(type);
    if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) follow(possible);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) follow(getNamedType(field.type));
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const parent of type.getInterfaces()) found.add(parent);
    for (const field of Object.values(type.getFields())) {
      follow(getNamedType(field.type));
      followArguments(field.args);
    }
  }

  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (root != null) follow(root);
  }
  for (const directive of schema.getDirectives()) {
    if (!directive.locations.some((location) => EXECUTABLE.includes(location))) continue;
    found.add(directive);
    followArguments(directive.args);
  }
  return found;
}
