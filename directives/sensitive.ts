import type { GraphQLArgument, GraphQLInputField } from 'graphql';
import { OPEN_RULE } from '../src/policy/index.js';
import { type Directable, usesOn } from './directive-use.js';
import type { RuleDirective } from './rule-directive.js';

/** `@sensitive`: on a field, hidden while impersonating; on an argument or input field, kept out of the audit trail. */
export const sensitive: RuleDirective = {
  name: 'sensitive',
  sdl: 'directive @sensitive on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION',
  read: () => ({ ...OPEN_RULE, sensitive: true }),
};

/** Where `applyDirectives` notes that an argument is sensitive because the same one is elsewhere in the type hierarchy. */
export const SENSITIVE_EXTENSION = 'sensitive';

/**
 * Whether the value given here must never be recorded. Ask it of a schema that went through `applyDirectives`: an argument
 * is then sensitive too where only the interface, or only an implementing type, marks it.
 */
export function isSensitiveInput(definition: GraphQLArgument | GraphQLInputField): boolean {
  return definition.extensions[SENSITIVE_EXTENSION] === true || isMarkedSensitive(definition);
}

/** Whether the element itself carries `@sensitive`. */
export function isMarkedSensitive(definition: Directable): boolean {
  return usesOn(definition).some((use) => use.name === sensitive.name);
}
