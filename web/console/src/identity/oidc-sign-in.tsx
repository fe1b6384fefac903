import { useState } from 'react';
import type { OidcConfig } from '../config/console-config.js';
import { Button } from '../ui/button.js';

/** Sign in at the company's identity provider. */
export function OidcSignIn({ oidc }: { readonly oidc: OidcConfig }) {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function begin() {
    setPending(true);
    setProblem(null);
    try {
      const { beginOidc } = await import('./oidc.js');
      await beginOidc(oidc);
    } catch (error) {
      setProblem(
        error instanceof Error && error.name === 'OidcProblem' ? error.message : 'The sign-in could not begin.',
      );
      setPending(false);
    }
  }

  return (
    <section className="card stack" aria-labelledby="oidc-sign-in">
      <div>
        <h2 id="oidc-sign-in">Your organisation</h2>
        <p className="muted">You sign in at {new URL(oidc.issuer).host} and come back here.</p>
      </div>
      {problem === null ? null : (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <div>
        <Button kind="primary" isPending={isPending} onPress={begin}>
          {isPending ? 'Going there…' : 'Sign in with your organisation'}
        </Button>
      </div>
    </section>
  );
}
