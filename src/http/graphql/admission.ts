import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import type { Metrics } from '../../platform/metrics.js';
import { asGraphQLError } from './as-graphql-error.js';
import { type Documents, NO_DOCUMENT, type ReadDocument } from './documents.js';
import { START } from './impersonation-mutations.js';
import type { OperationCheck } from './limits/check-document.js';
import type { TooComplex } from './limits/too-complex.js';
import { type TrustedDocuments, untrusted } from './trusted-documents.js';

/** Decides for one request whether its document may be executed. */
export interface Admission {
  /**
   * Looks at the text, before anything is made of it.
   * @returns what Apollo Server is to take for its document, so that it neither parses nor validates it again: of one that is not valid
   *   nothing is in it, as no operation of it counts
   */
  source(text: string): DocumentNode;
  /**
   * Lets the operation through, with what has to be asked of the variables each time that it comes again.
   * @throws GraphQLError QUERY_TOO_COMPLEX, FORBIDDEN, and the first of the errors where the document is not valid: see {@link notValid}
   */
  operation(
    operation: OperationDefinitionNode | undefined,
    variables: Record<string, unknown> | null,
  ): OperationCheck | null;
  /** What is wrong with a text that is no valid document, all of it; null where it is one. */
  notValid(): NotValid | null;
}

export interface NotValid {
  readonly errors: readonly GraphQLError[];
  /** For the record; without any operation where it could not be parsed. */
  readonly document: DocumentNode;
}

export interface Admissions {
  begin(context: GatewayContext): Admission;
}

export interface AdmissionsParts {
  readonly documents: Documents;
  readonly trusted: TrustedDocuments;
  readonly metrics: Metrics;
  readonly tokens: number;
}

export function createAdmissions({ documents, trusted, metrics, tokens }: AdmissionsParts): Admissions {
  /**
   * What is not trusted is not parsed; but an attempt that belongs on the record is read for the record: any under an impersonation,
   * and a start by anybody, which has to have the mutation's name in it.
   */
  function forTheRecord(text: string, context: GatewayContext): DocumentNode {
    if (context.identity.kind !== 'impersonated' && !text.includes(START.replace('Mutation.', ''))) return NO_DOCUMENT;
    try {
      return parse(text, { maxTokens: tokens });
    } catch {
      return NO_DOCUMENT;
    }
  }

  function refuse(error: ReturnType<typeof untrusted> | TooComplex, name: string): GraphQLError {
    metrics.documents.refused(name);
    return asGraphQLError(error);
  }

  return {
    begin(context) {
      let read: ReadDocument | null = null;
      let isTrusted = false;
      return {
        source(text) {
          isTrusted = trusted.allows(text);
          if (!isTrusted) return forTheRecord(text, context);
          read = documents.read(text);
          if (read.kind === 'unreadable' && read.tooManyTokens) metrics.documents.refused('tokens');
          return read.kind === 'valid' || read.kind === 'too-complex' ? read.document : NO_DOCUMENT;
        },
        notValid() {
          if (read?.kind === 'unreadable') return { errors: read.errors, document: NO_DOCUMENT };
          return read?.kind === 'invalid' ? read : null;
        },
        operation(operation, variables) {
          if (!isTrusted) throw refuse(untrusted(), 'trustedDocuments');
          if (read?.kind === 'too-complex') throw refuse(read.refusal, read.refusal.limit);
          // Whatever let it through, it was not this: then it does not go through.
          if (read?.kind !== 'valid') throw read?.errors[0] ?? new GraphQLError('a document was not looked at');
          if (operation === undefined) return null;
          const own = operationLike(read.document, operation);
          const check = own === undefined ? null : (read.checked.checks.get(own) ?? null);
          const refusal = check?.refusal(variables) ?? null;
          if (refusal !== null) throw refuse(refusal, refusal.limit);
          const cost = check?.cost(variables) ?? (own === undefined ? undefined : read.checked.costs.get(own));
          if (cost !== undefined) {
            metrics.documents.cost(cost);
            context.log.debug({ cost }, 'the cost of an operation');
          }
          return check;
        },
      };
    },
  };
}

/** The same operation of the document that was looked at, which may have been parsed another time. */
function operationLike(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationDefinitionNode | undefined {
  return document.definitions.find(
    (node): node is OperationDefinitionNode =>
      node.kind === Kind.OPERATION_DEFINITION && (node === operation || node.name?.value === operation.name?.value),
  );
}
