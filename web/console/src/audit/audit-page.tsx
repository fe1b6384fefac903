import { useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useLocation } from 'wouter';
import { useEventLog } from '../trail/events/use-event-log.js';
import type { AuditFilter } from '../trail/filter/audit-filter.js';
import { EventTrail } from '../trail/list/event-trail.js';
import { focusEvent } from '../trail/list/focus-event.js';
import { HoleNotice } from '../trail/list/hole-notice.js';
import { Button } from '../ui/button.js';
import { LiveState } from '../ui/live-state.js';
import { Page } from '../ui/page.js';
import { Failure } from '../ui/states.js';
import { Activity } from './chart/activity.js';
import { EventPanel } from './detail/event-panel.js';
import { ExportButtons, ExportView } from './export/export-view.js';
import { useExport } from './export/use-export.js';
import { FilterProblems } from './filters/filter-problems.js';
import { Filters } from './filters/filters.js';
import { useAuditFilter } from './use-audit-filter.js';
import { useVerification } from './verification/use-verification.js';
import { VerificationView } from './verification/verification-view.js';
import './audit.css';

/** The audit trail: found, followed, exported and verified. */
export default function AuditPage() {
  const used = useAuditFilter();
  const { filter, problems, eventId, hrefOf } = used;
  const [, navigate] = useLocation();
  const exporting = useExport(filter);
  const verifying = useVerification();
  const isFine = problems.length === 0;

  function close(id: string): void {
    navigate(hrefOf(null));
    focusEvent(id);
  }

  return (
    <Page
      title="Audit"
      lead="Who acted as whom, and what they did. Reading this is itself on record."
      actions={
        <Button isPending={verifying.verification.state === 'running'} onPress={verifying.begin}>
          Verify now
        </Button>
      }
    >
      <VerificationView {...verifying} />
      <Filters {...used} />
      {isFine ? (
        <>
          <Activity filter={filter} onChoose={used.change} />
          <ExportView exporting={exporting} />
          <Trail
            filter={filter}
            hrefOf={hrefOf}
            selectedId={eventId}
            actions={<ExportButtons exporting={exporting} isFiltered={Object.keys(filter).length > 0} />}
          />
          {eventId === null ? null : <EventPanel id={eventId} hrefOf={hrefOf} onClose={() => close(eventId)} />}
        </>
      ) : (
        <FilterProblems problems={problems} onDrop={used.dropProblems} />
      )}
    </Page>
  );
}

interface TrailProps {
  readonly filter: AuditFilter;
  readonly hrefOf: (id: string | null) => string;
  readonly selectedId: string | null;
  readonly actions: React.ReactNode;
}

function Trail({ filter, hrefOf, selectedId, actions }: TrailProps) {
  const [isLive, setLive] = useState(true);
  const { log, state, following, mayHaveHole, reload } = useEventLog(filter, isLive);
  return (
    <section className="stack audit-trail" aria-labelledby="events">
      <div className="title-row">
        <h2 id="events">Events</h2>
        <ToggleButton className="button live-switch" isSelected={isLive} onChange={setLive}>
          Live tail
        </ToggleButton>
        <LiveState following={following} />
        <div className="title-end">{actions}</div>
      </div>
      {following.refusal === null ? null : <Failure error={following.refusal} />}
      <HoleNotice mayHaveHole={mayHaveHole} reload={reload} />
      <EventTrail
        label="List of events"
        log={log}
        state={state}
        hrefOf={hrefOf}
        selectedId={selectedId}
        empty={{ title: 'No event matches.', hint: 'Lift a restriction, or choose a longer time.' }}
      />
    </section>
  );
}
