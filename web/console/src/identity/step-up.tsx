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
    <div>
      <Button onPress={begin}>Show your organisation that it is you</Button>
    </div>
  );
}
