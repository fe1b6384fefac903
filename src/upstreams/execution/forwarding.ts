import { type DirectiveNode, type GraphQLResolveInfo, Kind, type OperationDefinitionNode, visit } from 'graphql';
import type { GuardedContext } from '../../../directives/index.js';
import type { FieldRule } from '../../policy/index.js';
import { Denials } from './denials.js';
import { type ForwardedDocument, type ForwardedOperation, forwardedDocument, forwardedOperation } from './forward.js';

/** What is kept of one operation of a client; it goes with the operation. */
interface Kept {
  /** The variables that `@skip` and `@include` ask. */
  readonly conditions: readonly string[];
  readonly documents: Map<string, ForwardedDocument>;
  readonly most: number;
}

/** Of one operation: it is asked by people with different rights, and its conditions may be set in many ways. */
const MOST_KEPT = 64;
/** The same in characters of what the client sent: clients set the conditions, and write the documents. */
const MOST_CHARACTERS = 200_000;

/**
 * Makes what is asked of the services for a root field, without what is denied to whoever asks. It is pruned once for each set
 * of denied fields and each setting of the conditions: what an operation that comes again asks is the same document, so that
 * whoever plans or prints it can do so once.
 * @param rules what each field demands, by coordinate.
 */
export function createForwarding(
  rules: ReadonlyMap<string, FieldRule>,
): (info: GraphQLResolveInfo, context: GuardedContext) => ForwardedOperation {
  const denials = new Denials(rules);
  const kept = new WeakMap<OperationDefinitionNode, Kept>();

  return (info, context) => {
    const denied = denials.of(context.identity);
    let ofOperation = kept.get(info.operation);
    if (ofOperation === undefined) {
      ofOperation = { conditions: conditionsOf(info), documents: new Map(), most: mostKept(info) };
      kept.set(info.operation, ofOperation);
    }
    const { conditions, documents, most } = ofOperation;
    let key = `${String(info.path.key)} ${denied.key}`;
    for (const name of conditions) key += ` ${String(info.variableValues[name])}`;
    let forwarded = documents.get(key);
    if (forwarded === undefined) {
      forwarded = forwardedDocument(info, (coordinate) => denied.has(coordinate));
      if (documents.size >= most) documents.clear();
      documents.set(key, forwarded);
    }
    return forwardedOperation(forwarded, info, context);
  };
}

function mostKept({ operation }: GraphQLResolveInfo): number {
  const characters = operation.loc?.source.body.length ?? MOST_CHARACTERS;
  return Math.max(1, Math.min(MOST_KEPT, Math.floor(MOST_CHARACTERS / Math.max(1, characters))));
}

function conditionsOf({ operation, fragments }: GraphQLResolveInfo): readonly string[] {
  const names = new Set<string>();
  const collect = {
    Directive({ name, arguments: given = [] }: DirectiveNode) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  };
  for (const definition of [operation, ...Object.values(fragments)]) visit(definition, collect);
  return [...names];
}
