import { Button } from 'react-aria-components/Button';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import type { ImpersonationEventType } from '../../generated/graphql.js';
import { TYPE_NAMES } from '../../trail/events/event-in-words.js';
import { EVENT_TYPES, FIELD_NAMES } from '../../trail/filter/audit-filter.js';
import { ChevronIcon } from '../../ui/icons.js';

export interface TypeFilterProps {
  readonly types: readonly ImpersonationEventType[] | undefined;
  readonly onChange: (types: readonly ImpersonationEventType[] | undefined) => void;
}

/** Which kinds of events: any, or those that are ticked. */
export function TypeFilter({ types, onChange }: TypeFilterProps) {
  const [first, ...others] = types ?? [];
  const shown =
    first === undefined ? 'Anything' : others.length === 0 ? TYPE_NAMES[first] : `${others.length + 1} kinds`;
  return (
    <div className="field">
      <span className="label" aria-hidden="true">
        {FIELD_NAMES.types}
      </span>
      <DialogTrigger>
        <Button className="input select-button" aria-label={`${FIELD_NAMES.types}: ${shown}`}>
          <span className="select-value">{shown}</span>
          <ChevronIcon />
        </Button>
        <Popover className="popover">
          <Dialog className="type-choices" aria-label={FIELD_NAMES.types}>
            <CheckboxGroup
              aria-label={FIELD_NAMES.types}
              value={[...(types ?? [])]}
              onChange={(ticked) => {
                const chosen = EVENT_TYPES.filter((type) => ticked.includes(type));
                onChange(chosen.length === 0 ? undefined : chosen);
              }}
            >
              {EVENT_TYPES.map((type) => (
                <Checkbox key={type} value={type} className="check">
                  {TYPE_NAMES[type]}
                </Checkbox>
              ))}
            </CheckboxGroup>
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
