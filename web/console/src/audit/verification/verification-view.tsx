import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { Link } from 'wouter';
import { eventId } from '../../trail/events/event-id.js';
import { Button } from '../../ui/button.js';
import { Failure } from '../../ui/states.js';
import { type Column, Table } from '../../ui/table.js';
import { DateTime } from '../../ui/time.js';
import type { Verifying } from './use-verification.js';
import { PHASE_NAMES, progressOf, type Verification, type VerificationStep, verdictInWords } from './verification.js';

type Fault = VerificationStep['faults'][number];

/** How far a verification is and what it found. Nothing until one is begun. */
export function VerificationView({ verification, refusal, begin, cancel }: Verifying) {
  if (refusal !== null) return <Failure error={refusal} onRetry={begin} />;
  switch (verification.state) {
    case 'idle':
      return null;
    case 'running':
      return <Running verification={verification} onCancel={cancel} />;
    case 'broken':
      return (
        <section className="failure" role="alert">
          <div>
            <p className="failure-title">The verification ended without a verdict.</p>
            <p>Nothing is known about the trail. The connection was lost, or the gateway stopped.</p>
            <Button onPress={begin}>Verify again</Button>
          </div>
        </section>
      );
    case 'done':
      return <Verdict step={verification.step} onClose={cancel} />;
  }
}

interface RunningProps {
  readonly verification: Verification & { readonly state: 'running' };
  readonly onCancel: () => void;
}

function Running({ verification, onCancel }: RunningProps) {
  const progress = progressOf(verification);
  const { step } = verification;
  const phase = step === null ? 'Beginning' : PHASE_NAMES[step.phase];
  const counted =
    step === null || step.totalEvents === null
      ? ''
      : `: ${step.checkedEvents.toLocaleString()} of ${step.totalEvents.toLocaleString()}`;
  return (
    <section className="card stack" aria-label="Verification">
      <ProgressBar
        className="progress"
        {...(progress === null ? { isIndeterminate: true } : { value: Math.round(progress * 100) })}
      >
        {({ percentage }) => (
          <>
            <Label className="label numeric">
              {phase}
              {counted}
            </Label>
            <svg className="progress-bar" width="100%" height="8" aria-hidden="true">
              <rect className="progress-ground" width="100%" height="8" rx="4" />
              <rect className="progress-done" width={`${percentage ?? 100}%`} height="8" rx="4" />
            </svg>
          </>
        )}
      </ProgressBar>
      {step !== null && step.faultCount > 0 ? (
        <p className="field-error">{step.faultCount.toLocaleString()} faults so far.</p>
      ) : null}
      <div>
        <Button onPress={onCancel}>Cancel</Button>
      </div>
    </section>
  );
}

function Verdict({ step, onClose }: { readonly step: VerificationStep; readonly onClose: () => void }) {
  const { isGood, title, text } = verdictInWords(step);
  return (
    <section className={`card stack verdict ${isGood ? 'verdict-good' : 'verdict-bad'}`} aria-labelledby="verdict">
      <div>
        <h2 id="verdict">{title}</h2>
        <p>
          {text}
          {step.finishedAt === null ? null : (
            <>
              {' '}
              Done <DateTime value={step.finishedAt} seconds />.
            </>
          )}
        </p>
      </div>
      {step.notCovered.length === 0 ? null : (
        <div>
          <h3>Not covered by this check</h3>
          <ul className="bullets">
            {step.notCovered.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
      {step.faults.length === 0 ? null : (
        <Table label="Faults" columns={FAULT_COLUMNS} rows={step.faults} rowId={faultId} />
      )}
      {step.faultCount > step.faults.length ? (
        <p className="muted">
          The first {step.faults.length} of {step.faultCount.toLocaleString()} are shown; “audit verify” lists them all.
        </p>
      ) : null}
      <div>
        <Button onPress={onClose}>Close</Button>
      </div>
    </section>
  );
}

function faultId({ kind, chain, sequence, seal, message }: Fault): string {
  return JSON.stringify([kind, chain, sequence, seal, message]);
}

const FAULT_COLUMNS: readonly Column<Fault>[] = [
  { id: 'kind', heading: 'Kind', isRowHeading: true, cell: ({ kind }) => <code>{kind}</code> },
  { id: 'place', heading: 'Place', cell: (fault) => <Place fault={fault} /> },
  { id: 'message', heading: 'What is wrong', cell: ({ message }) => message },
];

function Place({ fault: { chain, sequence, seal } }: { readonly fault: Fault }) {
  if (chain !== null && sequence !== null) {
    return (
      <Link href={`/audit/events/${encodeURIComponent(eventId(chain, sequence))}`}>
        <code>
          {chain} #{sequence}
        </code>
      </Link>
    );
  }
  if (chain !== null) return <code>{chain}</code>;
  return seal === null ? <span className="muted">the whole trail</span> : <>seal {seal}</>;
}
