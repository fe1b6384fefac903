import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A tab of the console that is watched for everything that must never happen in it. */
export interface ConsoleTab {
  readonly page: Page;
  /**
   * Fails where the policy was violated, a script failed, a dialog opened, or a token is where it could be stolen later. What
   * pages of `strangers` (origins) keep for themselves is theirs.
   */
  expectClean(strangers?: readonly string[]): Promise<void>;
}

/** A JSON Web Token, wherever it stands. */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;

/** Opens the console in a new tab. `path` begins with a slash and is below `/console`. */
export async function openConsole(context: BrowserContext, gateway: string, path = '/'): Promise<ConsoleTab> {
  const page = await context.newPage();
  const wrong: string[] = [];
  const addresses: string[] = [];
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') wrong.push(`a dialog: ${dialog.message()}`);
    dialog.accept().catch(() => undefined);
  });
  page.on('pageerror', (error) => wrong.push(`a script failed: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => addresses.push(request.url()));
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      violations.push(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
    );
  });
  await page.goto(`${gateway}/console${path}`);
  return {
    page,
    async expectClean(strangers = []) {
      const { violations, stored } = await page.evaluate(() => ({
        violations: (window as unknown as { violations: string[] }).violations,
        stored: JSON.stringify([
          { ...localStorage },
          { ...sessionStorage },
          document.cookie,
          history.state,
          location.href,
        ]),
      }));
      expect(violations, 'violations of the content security policy').toEqual([]);
      expect(wrong).toEqual([]);
      const own = addresses.filter((address) => !strangers.some((origin) => address.startsWith(`${origin}/`)));
      const kept = JSON.stringify([stored, await context.cookies(gateway), own]);
      expect(TOKEN.exec(kept), 'a token in storage, in a cookie, in an address or in the history').toBeNull();
      const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
      expect(databases).toEqual([]);
    },
  };
}

/** Signs in by the list of demo people. */
export async function signInAs({ page }: ConsoleTab, name: string): Promise<void> {
  await page.getByRole('button', { name: `Sign in as ${name}` }).click();
  await page.getByRole('button', { name: `${name}, signed in` }).waitFor();
}

/** What an impersonation is begun with. */
export interface Start {
  readonly subject: string;
  readonly reason?: string;
  readonly ticket?: string;
  readonly access?: 'Read-only' | 'Full';
  /** As the list of durations says it. */
  readonly duration?: string;
}

/** From the list of users, which has to be open, to the banner. */
export async function impersonate({ page }: ConsoleTab, start: Start): Promise<void> {
  await fillStart({ page }, start);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Impersonate/ })
    .click();
  await banner(page).waitFor();
}

/** The dialog that asks why, filled in and not yet sent. */
export async function fillStart({ page }: Pick<ConsoleTab, 'page'>, start: Start): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search' }).fill(start.subject);
  await page.getByRole('button', { name: `Actions for ${start.subject}` }).click();
  await page.getByRole('menuitem', { name: 'Impersonate…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(start.reason ?? 'The order does not load');
  if (start.ticket !== undefined) await dialog.getByLabel('Ticket').fill(start.ticket);
  if (start.duration !== undefined) {
    await dialog.getByRole('button', { name: /Duration/ }).click();
    await page.getByRole('option', { name: start.duration }).click();
  }
  if (start.access === 'Full') await dialog.getByText('Full', { exact: true }).click();
}

/** What says whose shoes somebody stands in. */
export function banner(page: Page) {
  return page.getByRole('region', { name: 'Impersonation', exact: true });
}
