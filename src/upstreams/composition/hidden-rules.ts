import { Kind, parse } from 'graphql';
import type { CompositionProblem } from './composition-error.js';
import { readVocabulary } from './vocabulary.js';

/**
 * The rules that an introspected schema defines. Introspection tells which directives there are and never where they stand, so
 * what they guard would be served unguarded, in silence.
 */
export function hiddenRules(service: string, introspectedSdl: string): readonly CompositionProblem[] {
  const document = parse(introspectedSdl, { noLocation: true });
  const { isRule } = readVocabulary(document);
  return document.definitions.flatMap((node) => {
    if (node.kind !== Kind.DIRECTIVE_DEFINITION || !isRule(node.name.value)) return [];
    const message =
      'is defined, and introspection does not tell where it stands: give the SDL as a file, or fetch it by `service`';
    return [{ service, coordinate: `@${node.name.value}`, message }];
  });
}
