/**
 * What graphql-js, and we in its words, say of a value that is not what the schema says of its field, up to the place where the value is
 * quoted: a whole object, maybe, of a person's record, or the very content of a `@sensitive` field.
 */
const UP_TO_THE_VALUE: readonly RegExp[] = [
  /^(?:Int|Float|String|Boolean|ID) cannot represent [a-z0-9 -]*value(?=: )/,
  /^Enum "\w+" cannot represent value(?=: )/,
  /^Expected `[^`(]*\.serialize(?=\()/,
  /^Expected value of type "\w+" but got(?=: )/,
  /^Abstract type "\w+" must resolve to an Object type at runtime for field "[\w.]+" with value(?= )/,
  /^Abstract type "\w+" was resolved to a (?:non-object )?type(?= ")/,
];

/**
 * The error as it may stand in the log: the same one, unless its message quotes a value of an answer, which is nobody's business there.
 * What a host says in words of its own is the host's.
 */
export function withoutValues(error: Error): Error {
  const { message, stack = '' } = error;
  const kept = UP_TO_THE_VALUE.map((pattern) => pattern.exec(message)?.[0]).find((part) => part !== undefined);
  if (kept === undefined) return error;
  const shown = new Error(`${kept} (not shown)`);
  shown.name = error.name;
  // The first lines of a stack are the message.
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  shown.stack = [`${shown.name}: ${shown.message}`, ...frames].join('\n');
  return shown;
}
