import { type FormEvent, useState } from 'react';
import { graphql } from '../generated/gql.js';
import { useChange } from '../graphql/use-change.js';
import type { Person } from '../identity/identity.js';
import { notify } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { Failure } from '../ui/states.js';

const UpdateDeliveryNote = graphql(`
  mutation UpdateDeliveryNote($orderId: ID!, $note: String!) {
    updateDeliveryNote(orderId: $orderId, note: $note) {
      id
      deliveryNote
    }
  }
`);

export interface NoteDialogProps {
  readonly order: { readonly id: string; readonly title: string; readonly deliveryNote: string | null };
  readonly viewer: Person;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** A change in the viewer's name. Whether it is allowed the gateway says; a refusal is told and nothing typed is lost. */
export function NoteDialog({ order, viewer, onClose, onSaved }: NoteDialogProps) {
  const change = useChange(UpdateDeliveryNote);
  const [note, setNote] = useState(order.deliveryNote ?? '');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { orderId: order.id, note },
      {
        onSuccess() {
          notify(`The note of ${order.title} was changed in the name of ${viewer.name}.`);
          onSaved();
        },
      },
    );
  }

  return (
    <Dialog title={`Delivery note of ${order.title}`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <Field
          label="Note"
          description={`What the courier is told. It is changed in the name of ${viewer.name}.`}
          autoFocus
          maxLength={500}
          value={note}
          onChange={setNote}
        />
        {change.error === null ? null : <Failure error={change.error} />}
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isPending={change.isPending}>
            {change.isPending ? 'Saving…' : 'Save the note'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
