import { useRemaining } from '../impersonation/use-remaining.js';
import { countdown } from '../ui/duration.js';

/** The time a session has left, counting down. */
export function Remaining({ expiresAt }: { readonly expiresAt: string }) {
  const left = useRemaining(Date.parse(expiresAt));
  if (left <= 0) return <span className="muted">over</span>;
  return (
    <span className="numeric" role="timer" aria-label={`${countdown(left)} left`}>
      {countdown(left)}
    </span>
  );
}
