import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { PROJECT_ROOT } from '../../support/fresh-build.js';

const FOLDER = path.join(PROJECT_ROOT, 'test-output/screenshots');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

const LOOKS = [
  { look: 'light', colorScheme: 'light', size: WIDE },
  { look: 'dark', colorScheme: 'dark', size: WIDE },
  { look: 'narrow', colorScheme: 'light', size: NARROW },
] as const;
type Look = (typeof LOOKS)[number]['look'];

/**
 * Looks at the page as it is in light, in dark and at 360 px: a picture of each, no violation of WCAG 2.2 AA that axe knows of, no
 * field that a browser would remember, and nothing wider than the screen. `looks`: fewer of them, where the parts have been looked at
 * elsewhere.
 */
export async function lookAt(
  page: Page,
  view: string,
  looks: readonly Look[] = ['light', 'dark', 'narrow'],
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const { look, colorScheme, size } of LOOKS) {
    if (!looks.includes(look)) continue;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, `${view}-${look}.png`) });
    expect(await violations(page), `axe: ${view}, ${look}`).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await remembered(page), `fields that a browser may remember: ${view}, ${look}`).toEqual([]);
    expect(over, `pixels that ${view}, ${look}, is wider than the screen`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(WIDE);
}

/** Fields of which a browser may keep what was typed, for whoever comes next. */
async function remembered(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')]
      .filter(
        (field) => !['checkbox', 'radio', 'hidden'].includes(field.type) && field.closest('[aria-hidden]') === null,
      )
      .filter(({ autocomplete }) => !['off', 'new-password'].includes(autocomplete))
      .map(({ outerHTML }) => outerHTML.slice(0, 200)),
  );
}

/** The most that a picture of the documentation may weigh, bytes. */
const DOCUMENT_BYTES = 150_000;
const DOCUMENT_SIZE = { width: 1200, height: 720 };

/** With `UPDATE_SCREENSHOTS=1` the picture of the documentation is taken anew; it is never taken otherwise, since times are in it. */
export async function pictureForDocuments(page: Page, name: string): Promise<void> {
  const file = documentPicture(`console-${name}`);
  if (process.env.UPDATE_SCREENSHOTS === '1') {
    await page.setViewportSize(DOCUMENT_SIZE);
    await page.mouse.move(0, 0);
    await drawn(page);
    await page.screenshot({ path: file, animations: 'disabled' });
    await page.setViewportSize(WIDE);
  }
  await expectSmall(file);
}

/** As `pictureForDocuments`, of several pictures one above the other; `take` makes them where they are wanted. */
export async function picturesForDocuments(page: Page, name: string, take: () => Promise<Buffer[]>): Promise<void> {
  const file = documentPicture(name);
  if (process.env.UPDATE_SCREENSHOTS === '1') {
    const images = (await take()).map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`);
    await page.setContent(`<body style="margin:0;display:grid;gap:8px;width:max-content">${images.join('')}</body>`);
    await page.locator('body').screenshot({ path: file });
  }
  await expectSmall(file);
}

function documentPicture(name: string): string {
  return path.join(PROJECT_ROOT, 'docs/images', `${name}.png`);
}

async function expectSmall(file: string): Promise<void> {
  const { size } = await stat(file);
  expect(size, `bytes of ${file}`).toBeLessThanOrEqual(DOCUMENT_BYTES);
}

/** Until what has changed is on the screen. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

interface AxeInPage {
  readonly axe: {
    run(
      context: Document,
      options: { runOnly: readonly string[]; resultTypes: readonly string[] },
    ): Promise<{
      violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
    }>;
  };
}

async function violations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AxeBuilder.source);
  return page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as AxeInPage;
    const { violations: found } = await axe.run(document, { runOnly, resultTypes: ['violations'] });
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
  }, TAGS);
}
