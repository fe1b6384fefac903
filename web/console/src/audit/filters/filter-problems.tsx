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
          The address has filters that are none.
        </p>
        <ul className="bullets">
          {problems.map(({ parameter, message }) => (
            <li key={parameter}>
              <code>{parameter}</code>: {message}
            </li>
          ))}
        </ul>
        <p>Nothing is shown, so that nobody takes more for what was asked.</p>
        <Button onPress={onDrop}>{problems.length === 1 ? 'Drop it' : 'Drop them'}</Button>
      </div>
    </section>
  );
}
