import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openConsole } from '../../cli/console/open.ts';
import { pageFile } from '../../console/page-file.ts';
import type { ActRequest } from '../../console/view.ts';
import { standingOf } from '../../core/evacuation-text.ts';
import { consoleOf, wellState } from '../console/console-fixture.ts';
import { home, standby } from '../support/world.ts';
import { pageAt, withoutBrowser } from './browser.ts';
import { understudy } from './cli.ts';
import { configuration } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byAutomation } from './requests.ts';

const built = resolve('dist/console/index.html');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

if (withoutBrowser !== null) process.stderr.write(`the console is not looked at: ${withoutBrowser}\n`);

describe.skipIf(withoutBrowser !== null)('the console over a sandbox', () => {
  const approval = { required: true, deadlineMs: 3_600_000, onDeadline: 'abort' } as const;
  const here = deployment({
    failover: configuration({
      byArc: { payments: {}, approved: { approval }, shared: { approval: { ...approval, people: 2 } } },
    }),
  });

  async function consoleHere() {
    const { signal } = new AbortController();
    const values = { endpoint: here.sandbox.addresses.aws };
    const opened = await openConsole(here.connection, { values, signal }, await pageFile(built), 0);
    onTestFinished(() => opened[Symbol.asyncDispose]());
    return pageAt(opened.url);
  }

  test('a move is asked for by its name, and nothing else will do', async () => {
    const { page } = await consoleHere();
    await page.getByRole('link', { name: /payments/ }).click();
    await page.getByRole('button', { name: 'start…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('to', { exact: true }).selectOption(standby);
    await dialog.getByLabel('reason').fill('game day');
    const submit = dialog.getByRole('button', { name: 'start' });
    await dialog.getByLabel(/Type payments/).fill('orders');

    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type payments/).fill('payments');
    await submit.click();
    await page.getByRole('img', { name: new RegExp(`${standby} 100 %`) }).waitFor();
    await page.getByText('done', { exact: true }).waitFor();
  });

  test('an outage is made, seen to be left, and acknowledged without anything but the page', async () => {
    const { page, complaints } = await consoleHere();
    await page.getByRole('link', { name: /orders/ }).click();
    await page.getByRole('img', { name: new RegExp(`${home} 100 %`) }).waitFor();
    await page.getByLabel(`What shall be wrong with ${home}`).selectOption('dark');
    await page.getByRole('button', { name: 'well again' }).and(page.locator(':enabled')).waitFor();
    const run = await here.begin(byAutomation('orders'));

    await page.getByRole('img', { name: new RegExp(`${standby} 100 %`) }).waitFor();
    expect(await run.ended()).toMatchObject({ ending: 'recovered' });
    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'ack' }).click();
    await page.getByText('orders is armed again').waitFor();
    await page.getByRole('button', { name: 'Acknowledge…' }).waitFor({ state: 'detached' });
    await page.getByText('recovered').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a question is seen and approved, by its name', async () => {
    await here.fault(home, 'dark');
    const { page } = await consoleHere();
    const run = await here.begin(byAutomation('approved'));
    await page.getByRole('link', { name: /approved/ }).click();
    await page.getByRole('button', { name: 'Approve…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Type approved/).fill('approved');
    await dialog.getByRole('button', { name: 'approve' }).click();

    expect(await run.ended()).toMatchObject({ ending: 'recovered' });
    await page.getByRole('img', { name: new RegExp(`${standby} 100 %`) }).waitFor();
  });

  test('that one of two people has approved is seen, and the page gives the other approval', async () => {
    await here.fault(home, 'dark');
    const { page } = await consoleHere();
    const run = await here.begin(byAutomation('shared'));
    await page.getByRole('link', { name: /shared/ }).click();
    await page.getByText('two different people have to approve').waitFor();

    const endpoint = here.sandbox.addresses.aws;
    await understudy(['approve', 'shared', '--endpoint', endpoint], { env: { AWS_ACCESS_KEY_ID: 'ada' } });
    await page.getByText(/user\/ada has approved; one more person has to/).waitFor();
    await page.getByRole('button', { name: 'Approve…', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Type shared/).fill('shared');
    await dialog.getByRole('button', { name: 'approve' }).click();

    expect(await run.ended()).toMatchObject({ ending: 'recovered' });
    const approvals = await here.happenings('shared', 'shared#1', 'approval');
    expect(approvals.map(({ more }) => more)).toEqual([1, 0, undefined]);
  });
});

describe.skipIf(withoutBrowser !== null)('the page', () => {
  test.for([
    ['calm, on a desk', { width: 1440, height: 900 }],
    ['calm, on a telephone', { width: 390, height: 844 }],
  ] as const)('has no violations that axe knows of: %s', async ([, viewport]) => {
    const answer = async () => ({
      orders: [
        { observer: standby, servedBy: home },
        { observer: standby, servedBy: null },
      ],
    });
    const { url } = await consoleOf(built, ['orders', 'payments'], {
      answers: { ask: answer, now: Date.now, everyMs: 100 },
    });
    const { page } = await pageAt(url, viewport);
    await page.getByRole('link', { name: /orders/ }).waitFor();
    const violations = async () => {
      await page.evaluate(axe);
      const found: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate('axe.run()');
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    };

    expect(await violations()).toEqual([]);
    await page.getByRole('link', { name: /orders/ }).click();
    await page.getByRole('heading', { name: /orders/ }).waitFor();
    await page.getByRole('img', { name: /Requests by who answered: us-east-1 [1-9]\d*, .*nobody [1-9]/ }).waitFor();
    expect(await violations()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test.for([
    ['on a desk', { width: 1440, height: 900 }, 'light'],
    ['on a telephone, in the dark', { width: 390, height: 844 }, 'dark'],
  ] as const)(
    'tells of an evacuation and of a drill under way, without violations: %s',
    async ([name, viewport, scheme]) => {
      const drill = {
        incident: 'payments#4',
        from: home,
        to: standby,
        percent: 10,
        prior: {},
        weights: {},
        by: 'bob',
        reason: 'the quarterly game day',
        startedAt: Date.now() - 60_000,
        holdMs: 600_000,
        until: Date.now() + 540_000,
        outMs: 20_000,
        toldAt: null,
      };
      const stateOf = (of: string) => {
        const state = wellState(of);
        return of === 'payments' ? { ...state, ledger: { ...state.ledger, drill } } : state;
      };
      const evacuation = standingOf(
        {
          id: 'evacuate-1',
          direction: 'leave',
          region: home,
          by: 'ada',
          reason: 'AWS has an event there',
          holder: 'arn',
          startedAt: Date.now() - 95_000,
          seenAt: Date.now(),
          abortedBy: null,
          endedAt: null,
          left: Array.from({ length: 40 }, (_, index) => `s-${index}`),
          atOnce: 10,
          progress: { of: 57, stays: ['archive', 'billing', 'ledger'], turn: 1, turns: 2 },
        },
        Date.now(),
      );
      const { url } = await consoleOf(built, ['orders', 'payments'], {
        evacuation: async () => evacuation,
        watch: {
          record: async (of) => stateOf(of).ledger,
          state: async (of) => stateOf(of),
          now: Date.now,
          recordEveryMs: 50,
          stateEveryMs: 60_000,
          atOnce: 2,
        },
      });
      const { page, complaints } = await pageAt(url, viewport);
      await page.emulateMedia({ colorScheme: scheme });

      const banner = page.getByRole('region', { name: 'Evacuation' });
      await banner.getByText(/ada leads every service out of us-east-1.*AWS has an event there/).waitFor();
      const said = await banner.textContent();
      expect(said).toContain(
        '40 of 57 are out; 14 wait; 3 stay (archive, billing, ledger); tier 1 of 2; at most 10 at a time',
      );
      expect(said).toContain('understudy evacuate us-east-1 --abort');
      await page
        .getByRole('region', { name: 'Drill of payments' })
        .getByText(/this is practice/)
        .waitFor();
      await page.evaluate(axe);
      const found: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate('axe.run()');
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(complaints).toEqual([]);
      if (process.env['SCREENSHOTS'] !== undefined) {
        await page.screenshot({ path: `${process.env['SCREENSHOTS']}/banners ${name}.png`, fullPage: true });
      }
    },
  );

  test('shows what others wrote as text', async () => {
    const hostile = '<img src=x onerror=alert(1)></script><script>alert(2)</script>';
    const { url } = await consoleOf(built, ['orders'], {
      watch: {
        record: async () => wellState('orders').ledger,
        state: async () => ({
          ...wellState('orders'),
          health: [{ target: home, state: 'bad', because: hostile }],
        }),
        now: Date.now,
        recordEveryMs: 50,
        stateEveryMs: 60_000,
        atOnce: 1,
      },
      history: async (service) => ({ service, lines: [hostile], incidents: [] }),
    });
    const { page, complaints } = await pageAt(url);
    await page.getByRole('link', { name: /orders/ }).click();

    await page.getByText(hostile).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('finds one of a thousand services, troubles first', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `service-${index}`);
    const state = async (name: string) =>
      name === 'service-777'
        ? { ...wellState(name), health: [{ target: home, state: 'bad' as const, because: 'alarms red' }] }
        : wellState(name);
    const { url } = await consoleOf(built, names, {
      watch: {
        record: async (name) => wellState(name).ledger,
        state,
        now: Date.now,
        recordEveryMs: 200,
        stateEveryMs: 60_000,
        atOnce: 50,
      },
    });
    const { page } = await pageAt(url);

    await page.getByRole('heading', { name: '1000 services: 1 in trouble' }).waitFor();
    expect(await page.getByRole('listitem').first().textContent()).toContain('service-777');
    await page.getByRole('searchbox').fill('service-42');
    await page.getByRole('heading', { name: '11 services, all well' }).waitFor();
  });

  test('says that it hears nothing, and never shows a frozen green', async () => {
    const { url } = await consoleOf(built, ['orders']);
    const { page } = await pageAt(url);
    await page.getByText('1 service, all well').waitFor();
    await page.route('**/api/view*', () => {});

    await page.getByRole('alert').filter({ hasText: 'No data from the console' }).waitFor();
    expect(await page.locator('main.old').count()).toBe(1);
  });

  test('asks for the token where it was opened without one', async () => {
    const { origin } = await consoleOf(built, ['orders']);
    const { page } = await pageAt(`${origin}/`);

    await page.getByText('open the address that the command printed').waitFor();
  });

  test('tells why an act is not begun', async () => {
    const performed: ActRequest[] = [];
    const { url } = await consoleOf(built, ['orders'], {
      perform: async (request) => {
        performed.push(request);
        return 0;
      },
    });
    const { page } = await pageAt(url);
    await page.getByRole('link', { name: /orders/ }).click();
    await page.getByRole('button', { name: 'pause…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Type orders/).fill('orders');
    await dialog.getByLabel('reason').fill(' ');
    await dialog.getByRole('button', { name: 'pause' }).click();

    await dialog.getByText('pause asks for reason: why').waitFor();
    expect(performed).toEqual([]);
  });
});
