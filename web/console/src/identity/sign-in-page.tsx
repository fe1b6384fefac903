import { type FormEvent, useState } from 'react';
import { useConsoleConfig } from '../config/console-config.js';
import { useClient } from '../graphql/client-context.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Page } from '../ui/page.js';
import { DemoUsers } from './demo-users.js';
import { useIdentityStore } from './identity-context.js';
import { OidcSignIn } from './oidc-sign-in.js';
import { problemInWords } from './problem-in-words.js';
import { readOwnSession } from './sign-in.js';

/** The page that is there in place of every other one until somebody is signed in. */
export function SignInPage({ problem }: { readonly problem: string | null }) {
  const client = useClient();
  const identity = useIdentityStore();
  const { oidc, demoUsers } = useConsoleConfig();
  const signInWith = async (token: string) => identity.signIn(await readOwnSession(client, token));

  return (
    <Page
      title="Sign in"
      lead="With your own identity. Everything you do as somebody else is recorded under your name."
    >
      {problem === null ? null : (
        <p className="failure" role="alert">
          {problem}
        </p>
      )}
      <div className="sign-in">
        {oidc === null ? null : <OidcSignIn oidc={oidc} />}
        {demoUsers === null ? null : <DemoUsers users={demoUsers} onToken={signInWith} />}
        <TokenForm onToken={signInWith} />
      </div>
    </Page>
  );
}

function TokenForm({ onToken }: { readonly onToken: (token: string) => Promise<void> }) {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    if (token.trim() === '') {
      setProblem('Paste a session token first.');
      return;
    }
    setPending(true);
    setProblem(null);
    try {
      await onToken(token);
    } catch (error) {
      setProblem(problemInWords(error));
      setPending(false);
    }
  }

  return (
    <form className="card stack" onSubmit={submit} aria-label="Session token">
      <Field
        label="Session token"
        description="A JWT of your identity provider. It stays in this page's memory and is gone when the last tab closes."
        error={problem}
        value={token}
        onChange={setToken}
        rows={4}
        code
        isRequired
        autoComplete="off"
        spellCheck="false"
        validationBehavior="aria"
      />
      <div>
        <Button type="submit" kind="primary" isPending={isPending}>
          {isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </div>
    </form>
  );
}
