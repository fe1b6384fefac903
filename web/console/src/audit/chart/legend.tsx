import { LINES } from './lines.js';
import type { Series } from './series.js';

/** Which line is which, told by its dashes as well as by its colour, with the sum of each. */
export function Legend({ totals }: Pick<Series, 'totals'>) {
  return (
    <ul className="legend">
      {LINES.map(({ key, name, className, dash }) => (
        <li key={key}>
          <svg className={className} width="28" height="10" aria-hidden="true">
            <line
              x1="1"
              y1="5"
              x2="27"
              y2="5"
              stroke="currentColor"
              strokeWidth="2.5"
              strokeDasharray={dash.join(' ')}
            />
          </svg>
          {name}: <span className="strong numeric">{totals[key].toLocaleString()}</span>
        </li>
      ))}
    </ul>
  );
}
