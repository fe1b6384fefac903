import { type ASTNode, type DocumentNode, Kind, parse, print, validate, visit } from 'graphql';
import { schema } from './schema.js';

const REMOVABLE: ReadonlySet<string> = new Set([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.ARGUMENT,
  Kind.DIRECTIVE,
]);

/** What is left says nothing, a selection set without selections, say. */
const UNWRITABLE: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** The same document without what is not needed for it to fail: one selection, argument or directive less at a time. */
export async function shrunk(
  document: DocumentNode,
  fails: (smaller: DocumentNode) => Promise<boolean>,
): Promise<DocumentNode> {
  let smallest = document;
  for (let position = 0; ; ) {
    const smaller = without(smallest, position);
    if (smaller === null) return smallest;
    if (smaller !== UNWRITABLE && validate(schema, smaller).length === 0 && (await fails(smaller))) smallest = smaller;
    else position += 1;
  }
}

/** Null where there is nothing at this position. */
function without(document: DocumentNode, position: number): DocumentNode | null {
  let index = -1;
  const smaller = visit(document, {
    enter({ kind }) {
      if (!REMOVABLE.has(kind)) return undefined;
      index += 1;
      return index === position ? null : undefined;
    },
  });
  if (index < position) return null;
  // Parsed again, as places in the text belong to what is compared.
  try {
    return parse(print(used(smaller)));
  } catch {
    return UNWRITABLE;
  }
}

/** Without fragments and variables that nothing refers to any more, which would not be valid. */
function used(document: DocumentNode): DocumentNode {
  const fragments = names(document, Kind.FRAGMENT_SPREAD);
  const kept = visit(document, {
    FragmentDefinition: ({ name }) => (fragments.has(name.value) ? undefined : null),
  });
  if (kept.definitions.length < document.definitions.length) return used(kept);
  const variables = names(kept, Kind.VARIABLE);
  return visit(kept, {
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  });
}

function names(document: DocumentNode, kind: Kind.FRAGMENT_SPREAD | Kind.VARIABLE): ReadonlySet<string> {
  const found = new Set<string>();
  visit(document, {
    enter(node: ASTNode, _key, parent) {
      if (node.kind !== kind) return;
      if (parent !== undefined && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION) return;
      found.add(node.name.value);
    },
  });
  return found;
}
