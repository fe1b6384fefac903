import { GatewayError } from '../errors/index.js';
import type { DenyDecision } from './decision.js';

/** A refusal as the error a client gets: its code, and the facts of the refusal as extensions. */
export function refusal(denial: DenyDecision): GatewayError {
  const { requires, maxAuthAgeSeconds, requiredAmr } = denial;
  return new GatewayError(denial.code, {
    extensions: {
      ...(requires === undefined ? {} : { requires: { role: requires.role, of: requires.of } }),
      ...(maxAuthAgeSeconds === undefined ? {} : { maxAuthAgeSeconds }),
      ...(requiredAmr === undefined ? {} : { requiredAmr }),
    },
  });
}
