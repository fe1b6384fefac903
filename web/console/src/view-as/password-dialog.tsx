import { type FormEvent, useState } from 'react';
import { graphql } from '../generated/gql.js';
import { useChange } from '../graphql/use-change.js';
import type { Person } from '../identity/identity.js';
import { notify } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Failure } from '../ui/states.js';

const ChangePassword = graphql(`
  mutation ChangePassword($newPassword: String!) {
    changePassword(newPassword: $newPassword)
  }
`);

export interface PasswordDialogProps {
  readonly viewer: Person;
  readonly onClose: () => void;
}

/** Something that only the person themselves may do, whatever the access: the gateway refuses it while impersonating. */
export function PasswordDialog({ viewer, onClose }: PasswordDialogProps) {
  const change = useChange(ChangePassword);
  const [newPassword, setNewPassword] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { newPassword },
      {
        onSuccess() {
          notify(`The password of ${viewer.name} was changed.`);
          onClose();
        },
      },
    );
  }

  return (
    <Dialog title={`New password for ${viewer.name}`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <Field
          label="New password"
          description="8 to 256 characters. It never reaches the audit trail."
          type="password"
          autoComplete="new-password"
          autoFocus
          value={newPassword}
          onChange={setNewPassword}
        />
        {change.error === null ? null : <Failure error={change.error} />}
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isPending={change.isPending}>
            {change.isPending ? 'Changing…' : 'Change the password'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
