import type { EventOperation } from '../domain/audit-event.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ErrorCode } from '../errors/index.js';
import type { CallerLog } from '../platform/caller-log.js';
import { countedAs, type RoleRequirement } from '../policy/index.js';

/** Where something was refused, and by which rule, as the guards of the schema know it. */
export interface RefusedField {
  /** `Type.field`; or the object type that an abstract type resolved to. */
  readonly coordinate: string;
  /** FORBIDDEN for want of a role: the requirement. */
  readonly requires?: RoleRequirement;
}

/** What one rule has refused of an operation. */
interface RefusedByRule {
  readonly code: ErrorCode;
  readonly rule: string;
  readonly fields: Set<string>;
}

/** Mistakes in a request are nobody's decision; they are answered, and counted by the metrics. */
const MISTAKES: readonly ErrorCode[] = ['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];
/** A document may name thousands. */
const MOST_FIELDS = 20;

const RULES: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: '@authenticated',
  BLOCKED_WHILE_IMPERSONATING: '@blockedWhileImpersonating',
  SENSITIVE_FIELD: '@sensitive',
};

/**
 * What was refused of one operation of somebody who acts as themselves, or as nobody. It leaves no event on the trail, which is about
 * impersonation, and one line of the log: by which rule, which fields, to whom.
 */
export class Refusals {
  readonly #byRule = new Map<string, RefusedByRule>();

  /** @param field absent: the operation as a whole was refused, or a resolver refused by itself */
  note(code: ErrorCode, field?: RefusedField): void {
    if (MISTAKES.includes(code)) return;
    const rule = ruleOf(code, field);
    const key = `${code} ${rule}`;
    let refused = this.#byRule.get(key);
    if (refused === undefined) {
      refused = { code, rule, fields: new Set() };
      this.#byRule.set(key, refused);
    }
    if (field !== undefined && refused.fields.size <= MOST_FIELDS) refused.fields.add(field.coordinate);
  }

  /** Writes the line, where there is something to tell, and begins anew. */
  tell(log: CallerLog, identity: Identity, request: RequestFacts, operation: EventOperation | null): void {
    const [first] = this.#byRule.values();
    if (first === undefined) return;
    log.info(
      countedAs(identity, request.ipAddress),
      {
        requestId: request.id,
        code: first.code,
        operation: operation === null ? null : { name: operation.name, type: operation.type },
        refused: [...this.#byRule.values()].map(({ code, rule, fields }) => ({
          code,
          rule,
          fields: [...fields].slice(0, MOST_FIELDS),
          ...(fields.size > MOST_FIELDS ? { andMore: true } : {}),
        })),
        viewerId: identity.viewer?.id ?? null,
        actorId: identity.actor?.id ?? null,
        ipAddress: request.ipAddress,
      },
      'an operation, or a part of it, was refused',
    );
    this.#byRule.clear();
  }
}

/** The name of the rule as the schema, or the configuration, states it. */
function ruleOf(code: ErrorCode, field: RefusedField | undefined): string {
  if (field?.requires !== undefined) {
    const { role, of } = field.requires;
    return `@requiresRole(role: [${role.join(', ')}], of: ${of})`;
  }
  const directive = RULES[code];
  if (directive !== undefined) return directive;
  return field === undefined ? 'of the whole operation' : 'of the field';
}
