import { Button } from '../../ui/button.js';
import { WarningIcon } from '../../ui/icons.js';
import type { FollowedLog } from '../events/use-event-log.js';

/** Says that the list had to begin anew in the middle, and what that means, until the reader has read it anew. */
export function HoleNotice({ mayHaveHole, reload }: Pick<FollowedLog, 'mayHaveHole' | 'reload'>) {
  if (!mayHaveHole) return null;
  return (
    <section className="hole-notice" role="alert" aria-label="Events may be missing">
      <WarningIcon />
      <div className="hole-notice-text">
        <p>
          <strong>Events may be missing from this list.</strong> The gateway could not go on from where it stood: events
          were pruned meanwhile, or the database was restored. It is live again from now on. Loaded anew, the list has
          every event that is on record; what was pruned is in the archives that the events “Trail pruned” name.
        </p>
      </div>
      <Button onPress={reload}>Load the list anew</Button>
    </section>
  );
}
