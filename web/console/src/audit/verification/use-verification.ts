import { useEffect, useRef, useState } from 'react';
import { useConsoleConfig } from '../../config/console-config.js';
import { graphql } from '../../generated/gql.js';
import { follow } from '../../graphql/follow.js';
import type { Refusal } from '../../graphql/refusal.js';
import { useCaller } from '../../graphql/use-caller.js';
import { useIdentityStore } from '../../identity/identity-context.js';
import { announce } from '../../ui/announcer.js';
import { afterEnd, afterStep, BEGUN, IDLE, type Verification, verdictInWords } from './verification.js';

const AuditVerification = graphql(`
  subscription AuditVerification {
    auditVerification {
      phase
      checkedEvents
      totalEvents
      faults {
        kind
        chain
        sequence
        seal
        message
      }
      faultCount
      verdict
      notCovered
      finishedAt
    }
  }
`);

export interface Verifying {
  readonly verification: Verification;
  readonly refusal: Refusal | null;
  begin(): void;
  cancel(): void;
}

/** A verification of the whole trail, begun by a press. Leaving the page gives it up. */
export function useVerification(): Verifying {
  const { streamPath } = useConsoleConfig();
  const identity = useIdentityStore();
  const caller = useCaller('effective');
  const [verification, setVerification] = useState<Verification>(IDLE);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => stop.current(), []);

  return {
    verification,
    refusal,
    begin() {
      stop.current();
      setRefusal(null);
      setVerification(BEGUN);
      const end = follow(() => ({ document: AuditVerification, variables: {} }), streamPath, caller, {
        onEvent({ auditVerification: step }) {
          setVerification((before) => afterStep(before, step));
          if (step.verdict === null) return;
          end();
          announce(verdictInWords(step).title);
        },
        onState(state) {
          // Begun anew it would be another verification: this one has ended without a verdict.
          if (state !== 'waiting') return;
          end();
          setVerification(afterEnd);
        },
        onRefused(refused, asWhole) {
          end();
          setVerification(afterEnd);
          setRefusal(refused);
          if (asWhole) identity.refused(caller.token, refused.code);
        },
      });
      stop.current = end;
    },
    cancel() {
      stop.current();
      setVerification(IDLE);
    },
  };
}
