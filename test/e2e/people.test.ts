import { describe, expect, test } from 'vitest';
import { throughEdge } from './callers.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment, type Ended } from './deployment.ts';
import { byAutomation, byHand } from './requests.ts';
import { until } from './until.ts';

const asking = (onDeadline: 'proceed' | 'abort', deadlineMs: number) => ({
  approval: { required: true as const, deadlineMs, onDeadline },
});

const here = deployment({
  failover: configuration({
    orders: { ramp: { percents: [5, 25, 50, 100], bakeMs: 2_000 } },
    byArc: {
      approved: asking('abort', 3_600_000),
      declined: asking('proceed', 3_600_000),
      'late-abort': asking('abort', 1_000),
      'late-proceed': asking('proceed', 1_000),
      shadow: { shadow: true },
    },
  }),
});

const athome = { [home]: 1000, [standby]: 0 };
const moved = { [home]: 0, [standby]: 1000 };
const toStandby = byHand('orders', { to: standby });
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);

describe('a ramp', () => {
  test('brings viewers over in the shares of its steps, and none of them back', async () => {
    const viewers = Array.from({ length: 120 }, (_, index) => `198.18.${index % 7}.${index}`);
    const brought: (readonly string[])[] = [];
    // Before a write nothing moves, and callers can be asked in peace.
    here.beforeEach('Shift', async () => void brought.push(await broughtOver(viewers)));

    const { ending, incident } = await here.run(toStandby);
    await until('everybody is brought over', async () => (await broughtOver(viewers)).length === viewers.length);

    expect(ending).toBe('recovered');
    // The choice is a hash of the viewer: the same viewers always have the same shares, if not to the percent.
    const shares = brought.map((over) => Math.round((100 * over.length) / viewers.length));
    expect(shares).toEqual([0, between(1, 10), between(17, 33), between(42, 58)]);
    for (const [step, over] of brought.entries()) {
      expect(brought.slice(step + 1).every((later) => over.every((viewer) => later.includes(viewer)))).toBe(true);
    }
    expect((await here.lever('orders')).weights).toEqual(moved);
    const shifted = await here.happenings('orders', incident ?? '', 'shifted');
    expect(shifted.map(({ percent, wrote }) => [percent, wrote])).toEqual([5, 25, 50, 100].map((step) => [step, true]));
  });

  test('that is paused on its way back stops at its next write, and goes on once it is resumed', async () => {
    // The pause comes while the second step is on its way: that one is the last.
    let writes = 0;
    here.onCall(async ({ operation }, phase) => {
      if (operation !== 'UpdateKeys' || phase !== 'before' || ++writes !== 2) return;
      await here.connection.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'I do not like this' });
    });
    const back = byHand('orders', { from: standby, to: home });

    const stopped = await here.run(back);

    expect(stopped).toMatchObject({ status: 'FAILED', error: 'Failed' });
    expect((await here.lever('orders')).weights).toEqual({ [home]: 250, [standby]: 750 });
    expect(here.leverWrites).toHaveLength(2);
    expect(here.told('sns understudy-critical')).toEqual([stopped.cause]);
    const refused = await here.run(back);
    expect(refused.ending).toBe('refused');
    expect(await here.entries('orders')).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('I do not like this') }),
    );
    expect(await cli('resume', 'orders')).toMatchObject({ code: 0 });
    expect((await here.run(back)).ending).toBe('recovered');
    expect((await here.lever('orders')).weights).toEqual(athome);
    await until('everybody is back', async () => (await broughtOver(['198.18.0.1', '198.18.0.2'])).length === 0);
  });

  const between = (least: number, most: number) =>
    expect.toSatisfy((share: number) => share >= least && share <= most, `${least} to ${most} %`);

  /** The viewers whose writes go to the standby. */
  async function broughtOver(viewers: readonly string[]): Promise<readonly string[]> {
    const answers = await Promise.all(viewers.map((viewer) => throughEdge(here.sandbox, { method: 'POST', viewer })));
    return viewers.filter((_, index) => answers[index]?.region === standby);
  }
});

test('X2: a rehearsal takes every step, writes nothing to a lever, and says so', async () => {
  const before = await here.lever('orders');
  const ledger = await here.record('orders');

  const { status, ending, headline, incident } = await here.run({ ...toStandby, mode: 'rehearsal' });

  expect({ status, ending }).toEqual({ status: 'SUCCEEDED', ending: 'rehearsed' });
  expect(headline).toContain('nothing was written');
  expect(here.leverWrites).toEqual([]);
  expect(await here.lever('orders')).toEqual(before);
  const entries = await here.entries('orders', incident ?? '');
  expect(new Set(entries.map(({ what }) => what.kind))).toEqual(
    new Set(['admitted', 'decided', 'announced', 'shifted', 'verified', 'concluded']),
  );
  // Nothing but what it has seen.
  const { looks: _, lookedAt: __, serving: ___, ...after } = await here.record('orders');
  const { looks, lookedAt, serving, ...known } = ledger;
  expect(after).toEqual({ ...known, epoch: ledger.epoch + 1 });
  // It answers whoever asked, and wakes nobody.
  expect(here.told('slack')).toEqual([]);
  expect(await throughEdge(here.sandbox, { method: 'POST' })).toEqual({ status: 201, region: home });
});

describe('where the policy wants a person', () => {
  test('each run does what the person said, or what the policy says at the deadline; a shadow only tells what it would do', async () => {
    await here.fault(home, '503');
    const services = ['approved', 'declined', 'late-abort', 'late-proceed'];
    const runs = await Promise.all(services.map((service) => here.begin(byAutomation(service))));
    const shadow = await here.begin(byAutomation('shadow'));

    for (const service of ['approved', 'declined'])
      await until(`${service} asks`, async () =>
        here.told('slack').some((said) => said.includes(`Approve moving ${service} `)),
      );
    expect(here.leverWrites.length).toBeLessThanOrEqual(1);
    expect((await here.lever('approved')).weights).toEqual(athome);
    const [approve, decline] = await Promise.all([cli('approve', 'approved#1'), cli('decline', 'declined#1')]);
    expect([approve, decline]).toEqual([
      { code: 0, stdout: 'approved#1 approved\n', stderr: '' },
      { code: 0, stdout: 'declined#1 declined\n', stderr: '' },
    ]);
    const ends = await Promise.all(runs.map((run) => run.ended()));

    expect(ends.map(({ ending }) => ending)).toEqual(['recovered', 'declined', 'unanswered', 'recovered']);
    const levers = await Promise.all(services.map(async (service) => (await here.lever(service)).weights));
    expect(levers).toEqual([moved, athome, athome, moved]);
    const decisions = await Promise.all(
      services.map((service) => here.happenings(service, `${service}#1`, 'approval')),
    );
    expect(decisions.flat().map(({ decision, by }) => [decision, by === null])).toEqual([
      ['approved', false],
      ['declined', false],
      ['deadline', true],
      ['deadline', true],
    ]);
    for (const { headline } of ends as Ended[]) expect(here.told('sns understudy-critical')).toContain(headline);

    const { status, ending, headline } = await shadow.ended();
    expect({ status, ending }).toEqual({ status: 'SUCCEEDED', ending: 'shadowed' });
    expect((await here.lever('shadow')).weights).toEqual(athome);
    expect(here.told('slack')).toContain(headline);
    expect(here.told('slack').filter((said) => said.startsWith('Moving shadow '))).toEqual([]);
  });
});
