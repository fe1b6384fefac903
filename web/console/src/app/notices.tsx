import { useIdentity, useIdentityStore } from '../identity/identity-context.js';
import { EndedDialog } from '../impersonation/ended-dialog.js';
import { Button } from '../ui/button.js';
import { Dialog, DialogActions } from '../ui/dialog.js';

/** What happened to the identity without being asked for, in words, before anything else. */
export function Notices() {
  const store = useIdentityStore();
  const { own, notice } = useIdentity();
  if (notice === null) return null;
  if (notice.kind === 'impersonation-ended') {
    if (own === null) return null;
    return (
      <EndedDialog
        cause={notice.cause}
        impersonation={notice.impersonation}
        own={own.person}
        onClose={store.dismissNotice}
      />
    );
  }
  return (
    <Dialog title="You have been signed out" role="alertdialog" isOpen onClose={store.dismissNotice}>
      <p>
        {notice.cause === 'TOKEN_EXPIRED'
          ? 'Your sign-in has expired.'
          : 'The gateway does not accept your sign-in any more: the account may have been disabled, or the token is not valid.'}
        {notice.impersonationStopped ? ' The impersonation was stopped with it.' : ''} Sign in again to go on where you
        are.
      </p>
      <DialogActions>
        <Button kind="primary" autoFocus onPress={store.dismissNotice}>
          Sign in again
        </Button>
      </DialogActions>
    </Dialog>
  );
}
