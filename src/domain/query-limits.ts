/** How much a document may ask for at once. Every number is the largest that is let through. */
export interface QueryLimits {
  /** Tokens of a document: parsing is paid for before anything else can say no. */
  readonly tokens: number;
  /** Characters of a document, as JavaScript counts them: looking for its tokens takes time as well. */
  readonly characters: number;
  /** Lines of a document: whoever says where an error stands counts them, for each error. */
  readonly lines: number;
  /** Fields within fields. */
  readonly depth: number;
  /** Fields of an operation, each as often as fragments spread it. */
  readonly fields: number;
  /** Fields of an operation under another name, counted alike. */
  readonly aliases: number;
  /** Pairs of fields of one response name, or of fragments, in one place, of all of a document: whether they can be merged is asked of each. */
  readonly comparisons: number;
  /** Fields of the root type, counted alike. */
  readonly rootFields: number;
  /** Directives of a document. */
  readonly directives: number;
  /** Directives on one place of it. */
  readonly directivesPerPlace: number;
  /** How often one field of one type may stand within itself. */
  readonly recursion: number;
  /** Variables of an operation. */
  readonly variables: number;
  /** Lists and objects within one another in an input value, a literal or a variable's. */
  readonly inputDepth: number;
  /** Values in all variables of a request, or in all literals of a document, those within lists and objects included. */
  readonly inputValues: number;
  /** What an operation may cost: see docs/limits.md. */
  readonly cost: number;
  /** Entries of a list of which nothing is declared. */
  readonly assumedListSize: number;
}

/** What holds where nothing is configured. */
export const DEFAULT_QUERY_LIMITS: QueryLimits = Object.freeze({
  tokens: 10_000,
  characters: 100_000,
  lines: 2_000,
  depth: 20,
  fields: 2_000,
  aliases: 200,
  comparisons: 10_000,
  rootFields: 50,
  directives: 200,
  directivesPerPlace: 10,
  recursion: 10,
  variables: 100,
  inputDepth: 20,
  inputValues: 10_000,
  cost: 20_000,
  assumedListSize: 10,
});
