import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, tellNotRun } from './support/chromium.js';
import { type ConsoleSetting, startConsoleSetting } from './support/console-setting.js';
import { banner, openConsole, signInAs } from './support/console-tab.js';
import { changePerson } from './support/directory-file.js';
import { lookAt } from './support/picture.js';

const chromium = findChromium();

describe.runIf(chromium !== null)('names and reasons that were chosen to mislead', () => {
  let setting: ConsoleSetting;

  beforeAll(async () => {
    setting = await startConsoleSetting(chromium ?? '');
  });
  afterAll(() => setting?.stop());

  it.each<[string, string, string]>([
    ['that turn the sentence around', 'Zadie \u2069\u202Eylno-daeR\u202C\u200B', 'user_0001'],
    ['without an end', `Zacharias ${'W'.repeat(9_000)}`, 'user_0002'],
    ['of another direction', 'Zahra ليلى', 'user_0003'],
  ])(
    '%s leave the banner on the screen, in order, with the id of the person',
    async (_, name, userId) => {
      const { data } = await setting.gateway.graphql<{ user: { name: string } }>(
        await setting.gateway.signIn('user_ada'),
        `{ user(id: "${userId}") { name } }`,
      );
      changePerson(setting.gateway.directory, userId, { name });
      const person = await setting.person({ viewport: { width: 1000, height: 700 } });
      const tab = await openConsole(person, setting.gateway.url, `/users?search=${encodeURIComponent(data.user.name)}`);
      const { page } = tab;
      await signInAs(tab, 'Ada Whitfield');
      await page.getByRole('button', { name: `Actions for ${name.slice(0, 5)}` }).click();
      await page.getByRole('menuitem', { name: 'Impersonate…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('\u202Ednuor denrut');
      await dialog.getByRole('button', { name: /^Impersonate/ }).click();
      await banner(page).waitFor();
      const box = await banner(page).boundingBox();
      expect(box?.y).toBe(0);
      expect(box?.height, 'it does not cover the page').toBeLessThan(250);
      for (const part of [
        banner(page).getByText(userId, { exact: true }),
        banner(page).getByRole('button', { name: 'Stop' }),
        banner(page).getByRole('timer'),
      ]) {
        const place = await part.boundingBox();
        expect((place?.x ?? -1) >= 0 && (place?.x ?? 0) + (place?.width ?? 0) <= 1000, 'within the screen').toBe(true);
        expect((place?.y ?? 0) + (place?.height ?? 0)).toBeLessThanOrEqual((box?.height ?? 0) + 1);
      }
      expect(await banner(page).textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
      expect(await page.title()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      await lookAt(page, `hostile-${userId}`, ['narrow']);
      await page.goto(`${setting.gateway.url}/console/sessions`).catch(() => undefined);
      await tab.expectClean();
      await page.context().close();
    },
    40_000,
  );
});

if (chromium === null) tellNotRun('names and reasons that were chosen to mislead');
