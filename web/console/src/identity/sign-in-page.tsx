import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useConsoleConfig } from '../config/console-config.js';
import { useClient } from '../graphql/client-context.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Page } from '../ui/page.js';
import { Loading } from '../ui/states.js';
import { DemoUsers } from './demo-users.js';
import { useIdentityStore } from './identity-context.js';
import { problemInWords } from './problem-in-words.js';
import { readOwnSession } from './sign-in.js';

const OidcSignIn = lazy(() => import('./oidc-sign-in.js'));

/** The page that is there in place of every other one until somebody is signed in. */
export function SignInPage() {
  const client = useClient();
  const identity = useIdentityStore();
  const { oidc, demoUsers } = useConsoleConfig();
  const signInWith = async (token: string) => identity.signIn(await readOwnSession(client, token));

  return (
    <Page
      title="Sign in"
      lead="With your own identity. Everything you do as somebody else is recorded under your name."
    >
      <div className="sign-in">
        {oidc === null ? null : (
          <Suspense fallback={<Loading what="the sign-in" lines={1} />}>
            <OidcSignIn oidc={oidc} onToken={signInWith} />
          </Suspense>
        )}
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
        <Button type="submit" kind="primary" isPending={isPending} isDisabled={token.trim() === ''}>
          {isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </div>
    </form>
  );
}
