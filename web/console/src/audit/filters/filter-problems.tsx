import { shownBriefly } from '../../graphql/shown-text.js';
import type { FilterProblem } from '../../trail/filter/filter-in-url.js';
import { Button } from '../../ui/button.js';
import { WarningIcon } from '../../ui/icons.js';

export interface FilterProblemsProps {
  readonly problems: readonly FilterProblem[];
  readonly onDrop: () => void;
}

/** What in the address is no filter. Nothing is shown with it: less would be restricted than its sender meant. */
export function FilterProblems({ problems, onDrop }: FilterProblemsProps) {
  return (
    <section className="failure" role="alert" aria-labelledby="filter-problems">
      <WarningIcon />
      <div>
        <p className="failure-title" id="filter-problems">
          The address holds a filter that is not valid.
        </p>
        <ul className="bullets">
          {problems.map(({ parameter, message }) => (
            <li key={parameter}>
              <code>{shownBriefly(parameter)}</code>: {message}
            </li>
          ))}
        </ul>
        <p>No events are shown, so that a longer list is not taken for the one that was asked for.</p>
        <Button onPress={onDrop}>{problems.length === 1 ? 'Remove it' : 'Remove them'}</Button>
      </div>
    </section>
  );
}
