import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  anchorFile,
  exportFile,
  gatewayKeysFile,
  VerifyInputError,
  verifyTrail,
} from '../../../src/audit/verify/index.js';
import { change, GATEWAY, MIDNIGHT, placeOf, story } from './story.js';
import { kindsOf, textOf, verifyFiles, withFolder } from './verifying.js';
import { anchoredLine, exportedLine, TestChain } from './writer.js';

function files() {
  const trail = story();
  const lines = trail.events.map(exportedLine);
  const anchors = trail.seals.map(anchoredLine);
  return { trail, lines, anchors, jwks: trail.jwks };
}

describe('an export', () => {
  const spoiled: Readonly<Record<string, (line: string) => string>> = {
    'is cut short': (line) => line.slice(0, -20),
    'is empty': () => '',
    'has white space': (line) => line.replace('"sequence":', '"sequence": '),
    'has a member more': (line) => line.replace(/\}$/, ',"note":1}'),
    'has a member twice': (line) => line.replace('"sequence":1', '"sequence":1,"sequence":1'),
    'has its members in another order': (line) => line.replace(/("chain":"[^"]*"),("sequence":\d+)/, '$2,$1'),
    'has a line end of another kind': (line) => `${line}\r`,
    'has a hash in capitals': (line) => line.replace(/"hash":"([0-9a-f]+)"/, (found) => found.toUpperCase()),
    'spells a quotation mark in another way': (line) => line.replace('\\"version\\"', '\\u0022version\\"'),
    'has a control character in its body': (line) => line.replace('user_ada', 'user\tada'),
    'has a chain with characters no id has': (line) => line.replace('chain-a', 'chain\\u002da'),
    'has a sequence that is no whole number': (line) => line.replace('"sequence":1', '"sequence":1.0'),
    'has a salt of another length': (line) => line.replace(/"salt":"../, '"salt":"'),
    'has a signature of another length': (line) => line.replace(/,"details"/, ',"signature":"AAAA","details"'),
    'goes on after its end': (line) => `${line}}`,
    'is something else': () => '{"hello":"world"}',
  };

  it.each(Object.entries(spoiled))('has a faulty line where one %s', async (_, spoil) => {
    const { lines, anchors, jwks } = files();
    lines[1] = spoil(lines[1]!);
    const verdict = await verifyFiles({ lines, anchors: [anchors], jwks });
    expect(kindsOf(verdict)).toEqual(expect.arrayContaining(['LINE', 'EVENT_MISSING']));
    expect(verdict.faults[0]).toMatchObject({ kind: 'LINE', line: 2 });
  });

  it('has a faulty line where one is not UTF-8', async () => {
    const { lines, anchors, jwks } = files();
    const bytes = Buffer.from(textOf(lines));
    bytes[bytes.indexOf('user_ada')] = 0xff;
    const verdict = await verifyFiles({ lines: bytes, anchors: [anchors], jwks });
    expect(verdict.faults[0]).toMatchObject({ kind: 'LINE', sentence: 'Line 1 is not UTF-8.' });
  });

  it('may lack its last line end', async () => {
    const { lines, anchors, jwks } = files();
    const bytes = Buffer.from(textOf(lines).slice(0, -1));
    expect((await verifyFiles({ lines: bytes, anchors: [anchors], jwks })).verdict).toBe('HOLDS');
  });

  it('is read whole, whatever the length of its lines', async () => {
    const { trail, anchors, jwks } = files();
    const long = JSON.stringify({ variables: 'ü'.repeat(700_000) });
    change(trail, 'A5', ({ details }) => ({ details: { salt: details!.salt, text: long } }));
    const verdict = await verifyFiles({ lines: trail.events.map(exportedLine), anchors: [anchors], jwks });
    // The long details are not those that were committed to; everything else is in its place.
    expect(verdict).toMatchObject({ events: 10, counts: { DETAILS: 1 }, total: 1 });
  });

  it('that names no file, or a folder, cannot be verified', async () => {
    await withFolder(async (folder) => {
      for (const name of [path.join(folder, 'nothing'), folder]) {
        await expect(verifyTrail({ events: exportFile(name), keys: null })).rejects.toThrow(VerifyInputError);
      }
    });
  });
});

describe('a partial export', () => {
  const manifest = '{"manifest":{"filter":{"actorId":"user_ada"},"partial":true}}';

  it('is checked for what is in it, and said to be partial', async () => {
    const { lines, anchors, jwks } = files();
    const some = [lines[1]!, lines[2]!, lines[6]!, manifest];
    const verdict = await verifyFiles({ lines: some, anchors: [anchors], jwks });
    expect(verdict).toMatchObject({ verdict: 'PARTIAL', events: 3, faults: [], total: 0 });
    expect(verdict.limits).toContain('PARTIAL_EXPORT');
  });

  it('does not hide an edited event, or edited details', async () => {
    const { trail, lines, jwks } = files();
    lines[1] = lines[1]!.replace('user_cleo', 'user_carl');
    change(trail, 'A4', ({ details }) => ({ details: { salt: details!.salt, text: '{}' } }));
    const verdict = await verifyFiles({
      lines: [lines[1]!, exportedLine(trail.events[placeOf(trail, 'A4')]!), manifest],
      jwks,
    });
    expect(verdict.counts).toEqual({ CONTENT: 1, DETAILS: 1 });
  });

  it('says where signatures could not be checked, and checks those whose key it has', async () => {
    const { trail, lines, jwks } = files();
    change(trail, 'A3', () => ({ signature: Buffer.alloc(64) }));
    const forged = exportedLine(trail.events[placeOf(trail, 'A3')]!);
    expect((await verifyFiles({ lines: [forged, manifest], jwks })).limits).toContain('UNCHECKED_SIGNATURES');
    expect((await verifyFiles({ lines: [lines[0]!, forged, manifest], jwks })).counts).toEqual({ COMMIT_SIGNATURE: 1 });
  });

  it.each([
    ['does not say whether it is partial', '{"manifest":{"filter":{}}}'],
    ['is partial in a manner of speaking', '{"manifest":{"partial":"true"}}'],
    ['says so twice', '{"manifest":{"partial":false,"partial":true}}'],
    ['is nothing', '{"manifest":null}'],
    ['is a list', '{"manifest":[]}'],
    ['has something beside it', '{"manifest":{"partial":true},"partial":true}'],
    ['says so other than last', '{"manifest":{"partial":true,"events":10}}'],
    ['has a member that none has', '{"manifest":{"note":1,"partial":true}}'],
    ['has a member by a name that every object knows', '{"manifest":{"toString":1,"partial":true}}'],
    ['is of another version', '{"manifest":{"version":2,"partial":true}}'],
    ['begins at no time', '{"manifest":{"begunAt":"yesterday","partial":true}}'],
    ['begins at a number', '{"manifest":{"begunAt":0,"partial":true}}'],
    ['counts less than nothing', '{"manifest":{"events":-1,"partial":true}}'],
    ['counts a part of an event', '{"manifest":{"events":9.5,"partial":true}}'],
    ['filters by what there is not', '{"manifest":{"filter":{"colour":"red"},"partial":true}}'],
    ['filters by no list of types', '{"manifest":{"filter":{"types":"AUDIT_READ"},"partial":true}}'],
    ['filters by an unknown type', '{"manifest":{"filter":{"types":["AUDIT_READ","NONE"]},"partial":true}}'],
    ['filters by an unknown outcome', '{"manifest":{"filter":{"outcome":"MAYBE"},"partial":true}}'],
    ['filters by a name that is no text', '{"manifest":{"filter":{"actorId":7},"partial":true}}'],
    ['filters by no time', '{"manifest":{"filter":{"occurredAfter":"now"},"partial":true}}'],
  ])('has a faulty line where its manifest %s', async (_, line) => {
    const { lines, anchors, jwks } = files();
    expect(kindsOf(await verifyFiles({ lines: [...lines, line], anchors: [anchors], jwks }))).toEqual(['LINE']);
  });

  it('may say all that an export can say of itself', async () => {
    const { lines, jwks } = files();
    const filter = {
      types: ['AUDIT_READ'],
      outcome: 'SUCCESS',
      actorId: 'user_ada',
      subjectId: 'user_cleo',
      sessionId: 'session-1',
      requestId: 'request-1',
      operationName: 'Orders',
      occurredAfter: '2026-01-01T00:00:00.000Z',
      occurredBefore: '2026-01-02T00:00:00.000Z',
    };
    const all = { version: 1, begunAt: '2026-01-01T00:00:00.000Z', filter, events: 0, partial: true };
    expect((await verifyFiles({ lines: [JSON.stringify({ manifest: all })], jwks })).verdict).toBe('PARTIAL');
    const more = JSON.stringify({ manifest: { ...all, events: 3 } });
    expect((await verifyFiles({ lines: [lines[0]!, lines[1]!, more], jwks })).counts).toEqual({ LINE: 1 });
  });

  it('may not go on after its manifest', async () => {
    const { lines, jwks } = files();
    const verdict = await verifyFiles({ lines: [lines[1]!, manifest, lines[2]!], jwks });
    expect(verdict.counts).toEqual({ LINE: 1 });
  });

  it('may not go on after its manifest later on either', async () => {
    async function* goingOn() {
      yield { events: [], manifest: { partial: true, events: null } };
      yield { events: [] };
    }
    expect((await verifyTrail({ events: goingOn, keys: null })).counts).toEqual({ LINE: 1 });
  });

  it('is none where the manifest says that it is whole', async () => {
    const { lines, anchors, jwks } = files();
    const whole = '{"manifest":{"partial":false}}';
    expect((await verifyFiles({ lines: [...lines, whole], anchors: [anchors], jwks })).verdict).toBe('HOLDS');
    const verdict = await verifyFiles({ lines: [...lines.slice(1), whole], anchors: [anchors], jwks });
    expect(kindsOf(verdict)).toContain('EVENT_MISSING');
  });
});

describe('what was not given', () => {
  it('is named, and nothing is claimed of it', async () => {
    const { lines, anchors, jwks } = files();
    expect((await verifyFiles({ lines, jwks })).limits).toEqual(['NO_ANCHORS', 'NO_SEALS']);
    expect((await verifyFiles({ lines, anchors: [anchors] })).limits).toEqual(['NO_KEYS', 'UNSEALED_EVENTS']);
    expect((await verifyFiles({ lines: lines.slice(0, 4), jwks })).verdict).toBe('HOLDS');
  });

  it('may be what was refused in times that the trail could not be written: it records them', async () => {
    const chain = new TestChain('chain-g', GATEWAY);
    const gap = { from: '2026-01-01T00:00:01.000Z', until: '2026-01-01T00:00:02.000Z', lost: 1 };
    chain.append({ type: 'AUDIT_GAP', at: MIDNIGHT + 3_000, actor: null, gap });
    chain.append({ type: 'AUDIT_GAP', at: MIDNIGHT + 4_000, actor: null, gap });
    chain.commit();
    const verdict = await verifyFiles({ lines: chain.events.map(exportedLine), jwks: files().jwks });
    expect(verdict).toMatchObject({ verdict: 'HOLDS', gaps: 2, limits: ['NO_ANCHORS', 'NO_SEALS', 'RECORDED_GAPS'] });
  });

  it('may be what came after the export began, where that moment is named', async () => {
    const { trail, lines, anchors, jwks } = files();
    const earlier = lines.filter((_, at) => at < 4);
    const asOf = trail.seals[0]!.sealedAt + 1;
    expect((await verifyFiles({ lines: earlier, anchors: [anchors], jwks }, { asOf })).total).toBe(0);
    expect(kindsOf(await verifyFiles({ lines: earlier, anchors: [anchors], jwks }))).toEqual([
      'CHAIN_MISSING',
      'SEALED_MISSING',
    ]);
    const cut = await verifyFiles({ lines: earlier.slice(0, 3), anchors: [anchors], jwks }, { asOf });
    expect(kindsOf(cut)).toContain('SEALED_MISSING');
  });
});

describe('anchor files', () => {
  it('may each hold some of the seals, some of them twice, and a little out of order', async () => {
    const { lines, anchors, jwks } = files();
    const [first, second, third] = anchors as [string, string, string];
    const verdict = await verifyFiles({
      lines,
      anchors: [
        [third, first],
        [third, second, second],
      ],
      jwks,
    });
    expect(verdict).toMatchObject({ verdict: 'HOLDS', seals: 3 });
  });

  it('must hold every seal between them', async () => {
    const { lines, anchors, jwks } = files();
    for (const missing of [0, 1]) {
      const some = anchors.filter((_, at) => at !== missing);
      const verdict = await verifyFiles({ lines, anchors: [some, some], jwks });
      expect(kindsOf(verdict)).toContain('SEAL_INDEX');
    }
  });

  it('may hold a line that a crash cut short, where the whole line follows later', async () => {
    const { lines, anchors, jwks } = files();
    const torn = anchors[1]!.slice(0, 300);
    const mended = [anchors[0]!, torn, anchors[1]!, anchors[2]!];
    expect((await verifyFiles({ lines, anchors: [mended], jwks })).verdict).toBe('HOLDS');
    const never = [...anchors, torn.replace('"index":1', '"index":3')];
    expect(kindsOf(await verifyFiles({ lines, anchors: [never], jwks }))).toEqual(['ANCHOR_LINE']);
  });

  it('may end in a line that is still being written', async () => {
    const { lines, anchors, jwks } = files();
    await withFolder(async (folder) => {
      await writeFile(path.join(folder, 'export'), textOf(lines));
      await writeFile(path.join(folder, 'anchors'), textOf(anchors));
      await appendFile(path.join(folder, 'anchors'), anchors[1]!.slice(0, 100));
      await writeFile(path.join(folder, 'jwks'), JSON.stringify(jwks));
      const verdict = await verifyTrail({
        events: exportFile(path.join(folder, 'export')),
        anchors: [anchorFile(path.join(folder, 'anchors'))],
        keys: await gatewayKeysFile(path.join(folder, 'jwks')),
      });
      expect(verdict.verdict).toBe('HOLDS');
    });
  });

  it.each([
    ['is empty', () => ''],
    ['is not JSON', (line: string) => `${line}}`],
    ['has a member more', (line: string) => line.replace(/\}$/, ',"note":1}')],
    ['has a member twice', (line: string) => line.replace('"index":1', '"index":1,"index":1')],
    ['has white space', (line: string) => line.replace('"index":', '"index": ')],
    ['has a signature with another spelling', (line: string) => line.replace(/"signature":".*"/, '"signature":"AB"')],
    ['is no object', () => '7'],
    ['is nothing', () => 'null'],
    ['is a list of as many', () => '[1,"a","b","c","d","e"]'],
    ['has a member of another name', (line: string) => line.replace('"kid":', '"kin":')],
    ['has a negative index', (line: string) => line.replace('"index":1', '"index":-1')],
    ['has an index that is no whole number', (line: string) => line.replace('"index":1', '"index":1.5')],
    ['has an index that is a text', (line: string) => line.replace('"index":1', '"index":"1"')],
    ['has a body that is no text', (line: string) => line.replace(/"body":".*","hash"/, '"body":{},"hash"')],
    ['has a hash that is no text', (line: string) => line.replace(/"hash":"\w+"/, '"hash":17')],
    ['has a hash in capitals', (line: string) => line.replace(/"hash":"\w+"/, `"hash":"${'AB'.repeat(32)}"`)],
    ['has a hash that is too short', (line: string) => line.replace(/"hash":"\w\w/, '"hash":"')],
    ['has a key id that is no text', (line: string) => line.replace('"kid":"gateway-1"', '"kid":1')],
    ['has an algorithm that is no text', (line: string) => line.replace('"algorithm":"EdDSA"', '"algorithm":null')],
    ['has a signature that is no text', (line: string) => line.replace(/"signature":".*"/, '"signature":[]')],
  ])('have a faulty line where one %s', async (_, spoil) => {
    const { lines, anchors, jwks } = files();
    anchors[1] = spoil(anchors[1]!);
    const kinds = kindsOf(await verifyFiles({ lines, anchors: [anchors], jwks }));
    expect(kinds).toEqual(expect.arrayContaining(['ANCHOR_LINE', 'SEAL_INDEX']));
  });

  it('far out of order are not taken for whole', async () => {
    const { lines, anchors, jwks } = files();
    const many = [anchors[2]!, ...Array.from({ length: 1_100 }, () => anchors[2]!), anchors[0]!, anchors[1]!];
    expect(kindsOf(await verifyFiles({ lines, anchors: [many], jwks }))).toContain('ANCHOR_LINE');
  });

  it('are put in order within 1,024 seals, and no further', async () => {
    const { lines, anchors, jwks } = files();
    const late = (by: number) => [...Array.from({ length: by }, () => anchors[1]!), anchors[2]!, anchors[0]!];
    expect((await verifyFiles({ lines, anchors: [late(1_023)], jwks })).verdict).toBe('HOLDS');
    expect(kindsOf(await verifyFiles({ lines, anchors: [late(1_024)], jwks }))).toEqual(['ANCHOR_LINE', 'SEAL_INDEX']);
  });
});

describe('a JWKS file', () => {
  it('that is not there, or is not JSON, is refused without quoting it', async () => {
    await withFolder(async (folder) => {
      await mkdir(path.join(folder, 'sub'));
      const file = path.join(folder, 'keys.json');
      await writeFile(file, '{"keys":[{"d":"secret"');
      await expect(gatewayKeysFile(file)).rejects.toThrow(`The file ${file} is not JSON.`);
      await expect(gatewayKeysFile(path.join(folder, 'sub'))).rejects.toThrow(VerifyInputError);
      await expect(gatewayKeysFile(path.join(folder, 'none'))).rejects.toThrow('ENOENT');
    });
  });
});
