import { type FormEvent, useRef, useState } from 'react';
import { useConsoleConfig } from '../config/console-config.js';
import type { ImpersonationAccess } from '../generated/graphql.js';
import { useClient } from '../graphql/client-context.js';
import { Refusal } from '../graphql/refusal.js';
import { useCaller } from '../graphql/use-caller.js';
import { useIdentityStore } from '../identity/identity-context.js';
import { StepUp } from '../identity/step-up.js';
import { Button } from '../ui/button.js';
import { ChoiceGroup } from '../ui/choice.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Select } from '../ui/select.js';
import { Failure } from '../ui/states.js';
import { durationChoices } from './duration-choices.js';
import { startImpersonation } from './start.js';

export interface StartDialogProps {
  readonly subject: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
  /** It has begun. */
  readonly onStarted: () => void;
}

const ACCESS = [
  { value: 'READ_ONLY', label: 'Read-only', explanation: 'You see what they see. Every change is refused.' },
  { value: 'FULL', label: 'Full', explanation: 'You can also change things in their name.' },
] as const satisfies readonly { value: ImpersonationAccess; label: string; explanation: string }[];

/** Asks why, for how long and with what access, and begins. A refusal is told in words and nothing typed is lost. */
export function StartDialog({ subject, onClose, onStarted }: StartDialogProps) {
  const client = useClient();
  const store = useIdentityStore();
  const own = useCaller('own');
  const { oidc, impersonation: limits } = useConsoleConfig();
  const { defaultSeconds, maxSeconds } = limits;
  const [reason, setReason] = useState('');
  const [ticket, setTicket] = useState('');
  const [seconds, setSeconds] = useState(String(defaultSeconds));
  const [access, setAccess] = useState<ImpersonationAccess>('READ_ONLY');
  const [isPending, setPending] = useState(false);
  const [reasonProblem, setReasonProblem] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const reasonArea = useRef<HTMLTextAreaElement>(null);

  function refuseReason(problem: string): void {
    setReasonProblem(problem);
    reasonArea.current?.focus();
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    if (reason.trim().length < 3) {
      refuseReason('Say why, in at least three characters.');
      return;
    }
    setPending(true);
    setError(null);
    try {
      const input = {
        userId: subject.id,
        reason,
        access,
        durationSeconds: Number(seconds),
        ...(ticket.trim() === '' ? {} : { ticket }),
      };
      const impersonation = await startImpersonation(client, own, input, Date.now);
      onStarted();
      store.begin(impersonation);
    } catch (problem) {
      if (problem instanceof Refusal && problem.extensions.field === 'reason') refuseReason(problem.message);
      else setError(problem);
      setPending(false);
    }
  }

  return (
    <Dialog title={`Impersonate ${subject.name}`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="muted">
          You will see the product as {subject.name} does. What you give here and everything you do is on record, and
          they can see that you were there.
        </p>
        <Field
          label="Reason"
          isRequired
          autoFocus
          rows={2}
          areaRef={reasonArea}
          maxLength={500}
          placeholder="What are you going to look at, and why?"
          value={reason}
          error={reasonProblem}
          validationBehavior="aria"
          onChange={(value) => {
            setReason(value);
            setReasonProblem(null);
          }}
        />
        <div className="columns">
          <Field label="Ticket" maxLength={100} placeholder="e.g. CASE-4711" value={ticket} onChange={setTicket} />
          <Select
            label="Duration"
            value={seconds}
            choices={durationChoices(defaultSeconds, maxSeconds)}
            onChange={setSeconds}
          />
        </div>
        <ChoiceGroup label="Access" value={access} choices={ACCESS} onChange={setAccess} />
        {error === null ? null : <Failure error={error} />}
        {oidc !== null && error instanceof Refusal && error.code === 'STEP_UP_REQUIRED' ? (
          <StepUp oidc={oidc} onProblem={setError} />
        ) : null}
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind={access === 'FULL' ? 'danger' : 'primary'} isPending={isPending}>
            {isPending ? 'Starting…' : access === 'FULL' ? 'Impersonate with full access' : 'Impersonate, read-only'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
