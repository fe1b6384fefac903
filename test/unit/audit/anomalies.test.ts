import { beforeEach, describe, expect, it } from 'vitest';
import { type AnomalyWatch, type AnomalyWatchOptions, createAnomalyWatch } from '../../../src/audit/anomalies.js';
import { draftEvent } from '../../../src/audit/describe.js';
import type { EventActor, EventDraft } from '../../../src/domain/audit-event.js';
import type { ErrorCode } from '../../../src/errors/index.js';
import { StoppedClock } from '../../support/stopped-clock.js';
import { collectedLog } from './drafts.js';

const ADA: EventActor = { id: 'user_ada', issuer: 'https://id.example', authTime: null, amr: [] };
const request = (ipAddress: string | null = '203.0.113.7') => ({
  id: 'request-1',
  ipAddress,
  userAgent: 'curl/8',
  traceparent: null,
});

let clock: StoppedClock;
let recorded: EventDraft[];
let counted: string[];
let log: ReturnType<typeof collectedLog>;
beforeEach(() => {
  clock = new StoppedClock();
  recorded = [];
  counted = [];
  log = collectedLog();
});

function open(options: Partial<AnomalyWatchOptions> = {}): AnomalyWatch {
  return createAnomalyWatch({
    trail: {
      async recordEventually(draft) {
        recorded.push(draft);
        return true;
      },
    },
    rules: { deniedPerActor: 3, deniedPerAddress: 5, subjectsPerHour: 3 },
    clock,
    logger: log.logger,
    metrics: { anomaly: (kind) => void counted.push(kind) },
    ...options,
  });
}

function denied(code: ErrorCode, actor: EventActor | null = ADA, address?: string | null): EventDraft {
  return draftEvent(
    { type: 'IMPERSONATION_DENIED', outcome: 'FAILURE', occurredAt: clock.now(), request: request(address) },
    { code, actor, subjectId: 'user_cleo', details: { reason: 'a case' } },
  );
}

describe('refused attempts of one actor', () => {
  it('are told of in the log, in the metric and on the trail, once in a minute, with the codes and no word of anybody else', () => {
    const watch = open();
    watch.refused(denied('FORBIDDEN'));
    watch.refused(denied('SUBJECT_PROTECTED'));
    expect(recorded).toEqual([]);
    for (let n = 0; n < 10; n += 1) watch.refused(denied('FORBIDDEN', ADA, null));
    expect(counted).toEqual(['DENIED_BURST_BY_ACTOR']);
    expect(recorded).toEqual([
      {
        type: 'ANOMALY_DETECTED',
        outcome: 'FAILURE',
        code: 'FORBIDDEN',
        occurredAt: clock.now(),
        actor: ADA,
        subjectId: null,
        session: null,
        operation: null,
        request: { id: 'request-1', traceparent: null },
        count: 3,
        anomaly: {
          kind: 'DENIED_BURST_BY_ACTOR',
          threshold: 3,
          windowSeconds: 60,
          codes: ['FORBIDDEN', 'SUBJECT_PROTECTED'],
        },
        details: { userAgent: 'curl/8' },
      },
    ]);
    const line = JSON.parse(log.lines.join(''));
    expect(line).toMatchObject({ msg: 'an anomaly was detected', kind: 'DENIED_BURST_BY_ACTOR', count: 3 });
    expect(JSON.stringify(line)).not.toMatch(/203\.0\.113|a case/);
    clock.advance(60_000);
    for (let n = 0; n < 3; n += 1) watch.refused(denied('FORBIDDEN', ADA, null));
    expect(counted).toHaveLength(2);
  });

  it('name the actor in the log, and where the last of them came from on the trail', () => {
    const watch = open();
    for (let n = 0; n < 3; n += 1) watch.refused(denied('FORBIDDEN', ADA, `203.0.113.${n}`));
    expect(JSON.parse(log.lines.join(''))).toMatchObject({ actorId: 'user_ada', requestId: 'request-1' });
    expect(recorded.map(({ details }) => details)).toEqual([{ ipAddress: '203.0.113.2', userAgent: 'curl/8' }]);
  });

  it('are none where a field was hidden, which is what an impersonation looks like', () => {
    const watch = open();
    for (let n = 0; n < 20; n += 1) watch.refused(denied('SENSITIVE_FIELD'));
    expect(counted).toEqual([]);
  });

  it('are not counted together with those of others', () => {
    const watch = open();
    for (let n = 0; n < 10; n += 1) watch.refused(denied('FORBIDDEN', { ...ADA, id: `user_${n}` }, null));
    expect(recorded).toEqual([]);
  });
});

describe('refusals from one address', () => {
  it('are told of whoever they are by, credentials and attempts together, with the address in the details alone', () => {
    const watch = open();
    watch.refused(denied('UNAUTHENTICATED', null));
    watch.refused(denied('FORBIDDEN', { ...ADA, id: 'user_sam' }));
    for (const code of ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_INVALID'] as const) {
      watch.credentialRefused(code, request());
    }
    expect(recorded).toHaveLength(1);
    const { details, ...body } = recorded[0] as EventDraft;
    expect(body).toMatchObject({
      actor: null,
      code: 'TOKEN_INVALID',
      count: 5,
      anomaly: {
        kind: 'DENIED_BURST_BY_ADDRESS',
        codes: ['FORBIDDEN', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'UNAUTHENTICATED'],
      },
    });
    expect(details).toEqual({ ipAddress: '203.0.113.7', userAgent: 'curl/8' });
    expect(JSON.stringify(body)).not.toContain('203.0.113');
  });

  it('are one address where they come from all over a /64', () => {
    const watch = open();
    for (let n = 1; n <= 5; n += 1) watch.credentialRefused('TOKEN_INVALID', request(`2001:db8::${n}:1`));
    expect(counted).toEqual(['DENIED_BURST_BY_ADDRESS']);
  });

  it('count a credential that is not honoured any more once, though its actor is known', () => {
    const watch = open();
    for (let n = 0; n < 4; n += 1) {
      watch.refused(denied('IMPERSONATION_ENDED', { ...ADA, id: `user_${n}` }));
      watch.credentialRefused('IMPERSONATION_ENDED', request());
    }
    expect(counted).toEqual([]);
  });

  it('of an unknown address are nobody’s', () => {
    const watch = open();
    for (let n = 0; n < 20; n += 1) watch.credentialRefused('TOKEN_INVALID', request(null));
    expect(counted).toEqual([]);
  });

  it('take no more memory and no more events than is bounded, however many addresses there are', () => {
    const watch = open({ maxKeys: 10 });
    for (let n = 0; n < 200; n += 1) {
      for (let m = 0; m < 5; m += 1) watch.credentialRefused('TOKEN_INVALID', request(`198.51.${n}.1`));
    }
    expect(counted).toHaveLength(200);
    expect(recorded).toHaveLength(60);
    clock.advance(120_000);
    for (let m = 0; m < 5; m += 1) watch.credentialRefused('TOKEN_INVALID', request('198.51.100.1'));
    expect(recorded).toHaveLength(61);
  });

  it('of an actor come on the trail, however many addresses of strangers do', () => {
    const watch = open();
    for (let n = 0; n < 200; n += 1) {
      for (let m = 0; m < 5; m += 1) watch.credentialRefused('TOKEN_INVALID', request(`198.51.${n}.1`));
    }
    recorded.length = 0;
    for (let n = 0; n < 3; n += 1) watch.refused(denied('SUBJECT_PROTECTED', ADA, null));
    for (let n = 0; n < 3; n += 1) watch.started(ADA, `user_${n}`, request(null));
    expect(recorded.map(({ anomaly }) => anomaly?.kind)).toEqual(['DENIED_BURST_BY_ACTOR', 'MANY_SUBJECTS']);
  });
});

describe('many subjects of one actor', () => {
  it('are told of with how many there were, and whose', () => {
    const watch = open();
    for (const subject of ['user_1', 'user_1', 'user_2', 'user_3', 'user_4']) watch.started(ADA, subject, request());
    expect(recorded).toHaveLength(1);
    expect(recorded[0]).toMatchObject({
      outcome: 'SUCCESS',
      code: null,
      count: 3,
      actor: ADA,
      subjectId: null,
      anomaly: { kind: 'MANY_SUBJECTS', threshold: 3, windowSeconds: 3_600, codes: [] },
      details: { ipAddress: '203.0.113.7' },
    });
  });
});

it('nothing is told where every threshold is 0, and nothing is thrown where the trail cannot take it', async () => {
  const off = open({ rules: { deniedPerActor: 0, deniedPerAddress: 0, subjectsPerHour: 0 } });
  for (let n = 0; n < 200; n += 1) {
    off.refused(denied('FORBIDDEN'));
    off.credentialRefused('TOKEN_INVALID', request());
    off.started(ADA, `user_${n}`, request());
  }
  expect(counted).toEqual([]);
  const down = open({ trail: { recordEventually: () => Promise.reject(new Error('the trail is closed')) } });
  for (let n = 0; n < 3; n += 1) down.refused(denied('FORBIDDEN'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(log.lines.join('')).toContain('an anomaly could not be recorded');
});
