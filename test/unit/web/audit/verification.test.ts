import { describe, expect, it } from 'vitest';
import { linkToNext, linkToPrevious } from '../../../../web/console/src/audit/detail/links-in-words.js';
import { readableVariables } from '../../../../web/console/src/audit/detail/variables.js';
import {
  afterEnd,
  afterStep,
  BEGUN,
  IDLE,
  PHASE_NAMES,
  progressOf,
  type VerificationStep,
  verdictInWords,
} from '../../../../web/console/src/audit/verification/verification.js';
import { schemaValues } from '../trail/schema-values.js';

function step(about: Partial<VerificationStep> = {}): VerificationStep {
  return {
    phase: 'EVENTS',
    checkedEvents: 50,
    totalEvents: 200,
    faults: [],
    faultCount: 0,
    verdict: null,
    notCovered: [],
    finishedAt: null,
    ...about,
  };
}
const holds = step({ phase: 'DONE', checkedEvents: 200, verdict: 'HOLDS', finishedAt: '2026-01-31T12:00:00.000Z' });
const fault = { kind: 'CONTENT', chain: 'a', sequence: 3, seal: null, message: 'its hash does not fit' };

describe('a verification', () => {
  it('names every phase of the schema', () => {
    expect(Object.keys(PHASE_NAMES)).toEqual(schemaValues('AuditVerificationPhase'));
  });

  it('is done by a verdict and by nothing else', () => {
    expect(afterStep(BEGUN, step())).toMatchObject({ state: 'running' });
    expect(afterStep(BEGUN, holds)).toMatchObject({ state: 'done' });
    expect(afterEnd(afterStep(BEGUN, step({ checkedEvents: 200 })))).toMatchObject({ state: 'broken' });
    expect(afterEnd(afterStep(BEGUN, holds))).toMatchObject({ state: 'done' });
    expect(afterEnd(IDLE)).toBe(IDLE);
  });

  it('that was given up takes no step of the stream that it left', () => {
    expect(afterStep(IDLE, holds)).toBe(IDLE);
  });

  it('is not complete before its verdict, however many events there are by then', () => {
    expect(progressOf(afterStep(BEGUN, step()))).toBe(0.25);
    expect(progressOf(afterStep(BEGUN, step({ checkedEvents: 900 })))).toBeLessThan(1);
    expect(progressOf(afterStep(BEGUN, step({ phase: 'SESSIONS' })))).toBeLessThan(1);
    expect(progressOf(BEGUN)).toBeNull();
    expect(progressOf(afterStep(BEGUN, step({ totalEvents: null })))).toBeNull();
    expect(progressOf(afterStep(BEGUN, step({ totalEvents: 0 })))).toBeNull();
    expect(progressOf(afterStep(BEGUN, holds))).toBe(1);
  });

  it('is good only where it holds without a fault', () => {
    expect(verdictInWords(holds)).toMatchObject({ isGood: true, title: 'The trail holds.' });
    expect(verdictInWords(step({ verdict: 'FAULTS', faultCount: 1, faults: [fault] }))).toMatchObject({
      isGood: false,
      title: 'The trail has a fault.',
    });
    expect(verdictInWords({ ...holds, faultCount: 1_234 }).isGood).toBe(false);
    expect(verdictInWords({ ...holds, faults: [fault] }).isGood).toBe(false);
    expect(verdictInWords(step()).isGood).toBe(false);
  });
});

describe('the links of an event', () => {
  const event = { integrity: { sequence: 5, hash: 'bb', previousHash: 'aa' } };

  it('fit where each names the hash of the one before', () => {
    expect(linkToPrevious(event, { integrity: { hash: 'aa' } })).toBe('fits');
    expect(linkToNext(event, { integrity: { previousHash: 'bb' } })).toBe('fits');
  });

  it('are broken where one does not, and where one before is gone', () => {
    expect(linkToPrevious(event, { integrity: { hash: 'ab' } })).toBe('broken');
    expect(linkToNext(event, { integrity: { previousHash: 'aa' } })).toBe('broken');
    expect(linkToPrevious(event, null)).toBe('missing');
  });

  it('begin with the first, and end where nothing follows yet', () => {
    expect(linkToPrevious({ integrity: { ...event.integrity, sequence: 0 } }, null)).toBe('begins');
    expect(linkToNext(event, null)).toBeNull();
  });
});

describe('variables', () => {
  it('are set out where they are JSON, and left as they are where not', () => {
    expect(readableVariables('{"a":"<b>"}')).toBe('{\n  "a": "<b>"\n}');
    expect(readableVariables('{"a":')).toBe('{"a":');
  });
});
