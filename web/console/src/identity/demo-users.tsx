import { useState } from 'react';
import type { DemoUser } from '../config/console-config.js';
import { Button } from '../ui/button.js';
import { Roles } from '../ui/roles.js';
import { demoToken } from './demo-session.js';
import { problemInWords } from './problem-in-words.js';

export interface DemoUsersProps {
  readonly users: readonly DemoUser[];
  readonly onToken: (token: string) => Promise<void>;
}

/** Development alone: sign in as one of the demo people by a press. */
export function DemoUsers({ users, onToken }: DemoUsersProps) {
  const [pending, setPending] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function signIn(id: string) {
    setPending(id);
    setProblem(null);
    try {
      await onToken(await demoToken(id));
    } catch (error) {
      setProblem(problemInWords(error));
      setPending(null);
    }
  }

  return (
    <section className="card stack" aria-labelledby="demo-users">
      <div>
        <h2 id="demo-users">Demo people</h2>
        <p className="muted">This gateway runs in development: anybody may sign in as one of these.</p>
      </div>
      {problem === null ? null : (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <ul className="demo-users">
        {users.map(({ id, name, roles }) => (
          <li key={id}>
            <div>
              <p className="strong">{name}</p>
              <Roles roles={roles} />
            </div>
            <Button isPending={pending === id} onPress={() => signIn(id)} aria-label={`Sign in as ${name}`}>
              {pending === id ? 'Signing in…' : 'Sign in'}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
