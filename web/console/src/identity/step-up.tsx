import type { OidcConfig } from '../config/console-config.js';
import { Button } from '../ui/button.js';

export interface StepUpProps {
  readonly oidc: OidcConfig;
  readonly onProblem: (problem: unknown) => void;
}

/** Goes to the identity provider once more, to show there that it is really them; comes back to this page (RFC 9470). */
export function StepUp({ oidc, onProblem }: StepUpProps) {
  async function begin(): Promise<void> {
    try {
      const { beginOidc } = await import('./oidc.js');
      await beginOidc(oidc, { isFresh: true });
    } catch (problem) {
      onProblem(problem);
    }
  }
  return (
    <div className="stack">
      <p className="muted">
        The button takes you to your organisation’s sign-in, which asks you to prove again that it is you, and then back
        to this page. What you have filled in here is not kept.
      </p>
      <div>
        <Button onPress={begin}>Sign in again</Button>
      </div>
    </div>
  );
}
