import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** As Apollo Server words it, which said so before. */
const MESSAGE =
  'GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. To enable introspection, pass introspection: true to ApolloServer in production';

/** Keeps the schema from whoever asks for it, where introspection is off. */
export function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      context.reportError(new GraphQLError(MESSAGE, { nodes: [node] }));
    },
  };
}
