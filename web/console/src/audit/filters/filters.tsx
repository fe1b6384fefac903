import { PersonPicker } from '../../people/person-picker.js';
import { OUTCOME_NAMES } from '../../trail/events/event-in-words.js';
import { FIELD_NAMES, OUTCOMES } from '../../trail/filter/audit-filter.js';
import { Button } from '../../ui/button.js';
import { Select } from '../../ui/select.js';
import type { UsedFilter } from '../use-audit-filter.js';
import { TextFilter } from './text-filter.js';
import { TimeFilter } from './time-filter.js';
import { TypeFilter } from './type-filter.js';

const OUTCOME_CHOICES = [
  { value: 'ANY', label: 'Any' },
  ...OUTCOMES.map((value) => ({ value, label: OUTCOME_NAMES[value] })),
] as const;

/** Everything that restricts the list. */
export function Filters({ filter, change, clear }: Pick<UsedFilter, 'filter' | 'change' | 'clear'>) {
  const { types, outcome, actorId, subjectId, sessionId, requestId, operationName, occurredAfter, occurredBefore } =
    filter;
  const exact = [sessionId, requestId, operationName].filter((value) => value !== undefined).length;
  return (
    <search className="card audit-search" aria-label="Filter events">
      <div className="audit-filters audit-filters-first">
        <TypeFilter types={types} onChange={(chosen) => change({ types: chosen })} />
        <Select
          label={FIELD_NAMES.outcome}
          value={outcome ?? 'ANY'}
          choices={OUTCOME_CHOICES}
          onChange={(chosen) => change({ outcome: chosen === 'ANY' ? undefined : chosen })}
        />
        <PersonPicker
          label={FIELD_NAMES.actorId}
          value={actorId ?? null}
          onChange={(id) => change({ actorId: id ?? undefined })}
        />
        <PersonPicker
          label={FIELD_NAMES.subjectId}
          value={subjectId ?? null}
          onChange={(id) => change({ subjectId: id ?? undefined })}
        />
        <TimeFilter
          label={FIELD_NAMES.occurredAfter}
          value={occurredAfter}
          onChange={(moment) => change({ occurredAfter: moment })}
        />
        <TimeFilter
          label={FIELD_NAMES.occurredBefore}
          value={occurredBefore}
          onChange={(moment) => change({ occurredBefore: moment })}
        />
      </div>
      <details className="disclosure audit-more" open={exact > 0 || undefined}>
        <summary>Session, request, operation</summary>
        <div className="audit-filters">
          <TextFilter
            label={FIELD_NAMES.sessionId}
            value={sessionId}
            onChange={(text) => change({ sessionId: text })}
            placeholder="Any session id"
          />
          <TextFilter
            label={FIELD_NAMES.requestId}
            value={requestId}
            onChange={(text) => change({ requestId: text })}
            placeholder="Any request id"
          />
          <TextFilter
            label={FIELD_NAMES.operationName}
            value={operationName}
            onChange={(text) => change({ operationName: text })}
            placeholder="Any name, as written"
          />
        </div>
      </details>
      {Object.keys(filter).length === 0 ? null : (
        <Button kind="quiet" onPress={clear}>
          Clear all filters
        </Button>
      )}
    </search>
  );
}
