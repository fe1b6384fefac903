import { Button } from '../ui/button.js';

/** The gateway has not said how it is set up: without that nobody can sign in. */
export function CannotStart() {
  return (
    <main className="cannot-start">
      <h1>The gateway does not answer</h1>
      <p>The console cannot start without it. Check your network, or try again in a minute.</p>
      <Button kind="primary" onPress={() => location.reload()}>
        Try again
      </Button>
    </main>
  );
}
