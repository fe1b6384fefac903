import type { ReactNode } from 'react';
import { Dialog as Content } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `alertdialog`: something has happened that has to be read first. */
  readonly role?: 'dialog' | 'alertdialog';
  /** A press beside it closes it too. Not where typing would be lost. */
  readonly isDismissable?: boolean;
}

/** A modal dialog: focus goes in, stays in and comes back; Escape closes it. The impersonation banner stays above it. */
export function Dialog({ title, isOpen, onClose, children, role = 'dialog', isDismissable = false }: DialogProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      isDismissable={isDismissable}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="modal">
        <Content className="dialog" role={role}>
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {children}
        </Content>
      </Modal>
    </ModalOverlay>
  );
}

/** The buttons at the end of a dialog, the one to press first last in reading order. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="dialog-actions">{children}</div>;
}
