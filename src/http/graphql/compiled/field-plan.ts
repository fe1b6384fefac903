import type { FieldNode, GraphQLFieldResolver, GraphQLObjectType, GraphQLOutputType } from 'graphql';
import type { Completed, ResultPath, Run } from './run.js';

/** Turns what a field's resolver gave into JSON. @throws what makes the field fail */
export type Complete = (run: Run, value: unknown, place: FieldPlace, path: ResultPath) => Completed;

/** The same for what is no promise, where the place plays no part. */
export type CompleteLeaf = (value: unknown) => Completed;

/** What is known beforehand of where a field is. */
export interface FieldPlace {
  readonly parentType: GraphQLObjectType;
  readonly fieldName: string;
  readonly returnType: GraphQLOutputType;
  readonly nodes: readonly FieldNode[];
}

/** The rule on a field. */
export interface FieldGuard {
  /** Whether it lets this context through; equal rules are one function. */
  readonly passes: (context: unknown) => boolean;
  /** The resolver for whom it does not: reports and refuses. */
  readonly refuse: GraphQLFieldResolver<unknown, unknown>;
}

/** One field of one object type in one operation, with everything settled that no value can change. */
export interface FieldPlan extends FieldPlace {
  readonly key: string;
  /** What stands before its value in the JSON of the object: `{"key":` for the first field, `,"key":` for the others. */
  readonly lead: string;
  /** The JSON of a field that is always the same, `__typename`; else null. */
  readonly constant: string | null;
  readonly nonNull: boolean;
  /** Null: a property of the source. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | null;
  /** Null: there is no rule on it. */
  readonly guard: FieldGuard | null;
  readonly hasArgs: boolean;
  /** The arguments, made afresh for each call: a resolver may change what it is given. @throws where one is invalid */
  readonly args: (run: Run) => Record<string, unknown>;
  /** Where the type is a leaf, else null. */
  readonly leaf: CompleteLeaf | null;
  readonly complete: Complete;
}

/** The fields selected of one object type. */
export interface ObjectPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
  /** What the guards of the fields ask, each rule once. */
  readonly guards: readonly FieldGuard['passes'][];
}
