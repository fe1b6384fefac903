import { type FormEvent, useRef, useState } from 'react';
import type { SessionRowFragment } from '../generated/graphql.js';
import { isEndedHereOnly } from '../graphql/ended-here-only.js';
import { Refusal } from '../graphql/refusal.js';
import { useChange } from '../graphql/use-change.js';
import { notify } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Failure } from '../ui/states.js';
import { Revoke } from './session-documents.js';

export interface RevokeDialogProps {
  readonly session: SessionRowFragment;
  readonly onClose: () => void;
  /** It has ended, or had already. */
  readonly onEnded: () => void;
}

/** Asks why, and ends somebody's session at once. */
export function RevokeDialog({ session, onClose, onEnded }: RevokeDialogProps) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const reasonArea = useRef<HTMLTextAreaElement>(null);
  const revoke = useChange(Revoke);
  const actor = session.actor?.name ?? session.actorId;
  const subject = session.subject?.name ?? session.subjectId;

  function refuseReason(why: string): void {
    setProblem(why);
    reasonArea.current?.focus();
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (revoke.isPending) return;
    if (reason.trim().length < 3) {
      refuseReason('Say why, in at least three characters.');
      return;
    }
    try {
      await revoke.mutateAsync({ sessionId: session.id, reason });
      // Where that is not known everywhere, it is said for as long as that is so.
      if (!isEndedHereOnly(session.id)) notify(`${actor} no longer acts as ${subject}.`);
      onEnded();
      onClose();
    } catch (error) {
      if (error instanceof Refusal && error.extensions.field === 'reason') refuseReason(error.message);
      // It ended by itself meanwhile: the list is to say so.
      if (error instanceof Refusal && error.code === 'IMPERSONATION_ENDED') onEnded();
    }
  }

  const isAboutReason = problem !== null;
  return (
    <Dialog title={`Revoke ${actor}’s session`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="muted">
          {actor} stops being {subject} at once, in every tab and on every replica. The reason is kept in the audit
          trail.
        </p>
        <Field
          label="Reason"
          isRequired
          autoFocus
          rows={2}
          areaRef={reasonArea}
          maxLength={500}
          value={reason}
          error={problem}
          validationBehavior="aria"
          onChange={(value) => {
            setReason(value);
            setProblem(null);
          }}
        />
        {revoke.error === null || isAboutReason ? null : <Failure error={revoke.error} />}
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" isPending={revoke.isPending}>
            {revoke.isPending ? 'Revoking…' : 'Revoke'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
