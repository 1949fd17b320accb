import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';

/** Debian's; `.ci/run` installs it. */
const executablePath = '/usr/bin/chromium';

/** Why tests of a page are skipped here; null where they are not. */
export const withoutBrowser = existsSync(executablePath) ? null : `there is no ${executablePath}`;

let browser: Promise<Browser> | null = null;
afterAll(async () => {
  await (await browser)?.close();
  browser = null;
});

/** A page of its own. What the browser complains of, a blocked script for one, is in `complaints`. */
export async function pageAt(url: string, viewport = { width: 1440, height: 900 }) {
  browser ??= chromium.launch({ executablePath });
  const context = await (await browser).newContext({ viewport });
  onTestFinished(() => context.close());
  const page: Page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.setDefaultTimeout(50_000);
  await page.goto(url);
  return { page, complaints };
}
