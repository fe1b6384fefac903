import { useIdentity, useIdentityStore } from '../identity/identity-context.js';
import { EndedDialog } from '../impersonation/ended-dialog.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';

const FOCUS_MS = 60;

/** What happened to the identity without being asked for, in words, before anything else. */
export function Notices({ onRead }: { readonly onRead: () => void }) {
  const store = useIdentityStore();
  const { own, notice } = useIdentity();
  if (notice === null) return null;

  function dismiss(): void {
    store.dismissNotice();
    // The dialog gives the focus back to what had it before, which is gone with the identity.
    setTimeout(onRead, FOCUS_MS);
  }

  if (notice.kind === 'impersonation-ended') {
    if (own === null) return null;
    return <EndedDialog cause={notice.cause} impersonation={notice.impersonation} own={own.person} onClose={dismiss} />;
  }
  return (
    <Dialog title="You have been signed out" role="alertdialog" isOpen onClose={dismiss}>
      <p>
        {notice.cause === 'TOKEN_EXPIRED'
          ? 'Your sign-in has expired.'
          : 'The gateway does not accept your sign-in any more: the account may have been disabled, or the token is not valid.'}
        {notice.impersonationStopped ? ' The impersonation was stopped with it.' : ''} Sign in again to go on where you
        are.
      </p>
      <DialogActions>
        <Button kind="primary" autoFocus onPress={dismiss}>
          Sign in again
        </Button>
      </DialogActions>
    </Dialog>
  );
}
