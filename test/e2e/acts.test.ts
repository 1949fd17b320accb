import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { moveByHand } from './past-understudy.ts';
import { byAutomation, byHand } from './requests.ts';
import { until } from './until.ts';

const asking = { approval: { required: true as const, deadlineMs: 3_600_000, onDeadline: 'abort' as const } };
const byTwo = { approval: { ...asking.approval, people: 2 } };
const here = deployment({
  failover: configuration({
    byArc: { asked: asking, 'asked-too': asking, plain: asking, 'by-two': byTwo, 'by-token': byTwo },
  }),
});

const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);
const atStandbyAlone = { [home]: -1, [standby]: 1000 };
const atStandby = { [home]: 0, [standby]: 1000 };

describe('a question that waits', () => {
  test('is shown by status, and a start to the same region is its approval, by whom STS says', async () => {
    await here.fault(home, '503');
    const run = await here.begin(byAutomation('asked'));
    await until('it asks', async () => here.told('slack').some((said) => said.includes('Approve moving asked ')));

    const status = await cli('status', 'asked');
    expect(status.stdout).toMatch(/WAITS +for approval of asked#1: from us-east-1 to us-west-2/);
    expect(status.stdout).toContain('understudy approve asked');
    const start = await cli('start', 'asked', '--to', standby, '--reason', 'I see it too');

    expect(start).toMatchObject({ code: 0, stdout: expect.stringContaining('asked#1 approved') });
    expect((await run.ended()).ending).toBe('recovered');
    expect(await here.happenings('asked', 'asked#1', 'approval')).toMatchObject([
      { decision: 'approved', by: expect.stringMatching(/^arn:aws:(iam|sts)::\d{12}:/) },
    ]);
    // What is answered cannot be declined any more, and whoever tries learns who was first.
    const late = await cli('decline', 'asked');
    expect(late).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/asked#1: Approved by arn:aws:\S+, at 2/),
    });
  });
});

describe('an approval by two people', () => {
  const as = (user: string, ...args: string[]) =>
    understudy([...args, '--endpoint', here.sandbox.addresses.aws], { env: { AWS_ACCESS_KEY_ID: user } });
  const userNamed = (name: string) => expect.stringMatching(new RegExp(`:user/${name}$`));

  test('moves when the second one approves; the first one’s second answer counts once, and each is on record', async () => {
    await here.fault(home, '503');
    const run = await here.begin(byAutomation('by-two'));
    await until('it asks', async () => here.told('slack').some((said) => said.includes('Approve moving by-two ')));
    const before = await as('ada', 'status', 'by-two');
    expect(before.stdout).toContain('two different people have to approve; one is enough to decline');

    const first = await as('ada', 'approve', 'by-two');
    const again = await as('ada', 'approve', 'by-two');

    for (const said of [first, again]) {
      expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/user\/ada; one more person has to/) });
    }
    expect((await as('grace', 'status', 'by-two')).stdout).toMatch(/user\/ada has approved; one more person has to/);
    expect((await here.lever('by-two')).weights).toEqual({ [home]: 1000, [standby]: 0 });
    const second = await as('grace', 'start', 'by-two', '--to', standby, '--reason', 'I see it too');

    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('by-two#1 approved') });
    expect((await run.ended()).ending).toBe('recovered');
    expect((await here.lever('by-two')).weights).toEqual(atStandby);
    const approvals = await here.happenings('by-two', 'by-two#1', 'approval');
    expect(approvals).toMatchObject([
      { decision: 'approved', by: userNamed('ada'), more: 1 },
      { decision: 'approved', by: userNamed('grace'), more: 0 },
      { decision: 'approved', by: expect.stringMatching(/user\/ada and .*user\/grace$/) },
    ]);
    const audit = await as('ada', 'audit');
    expect(audit.stdout).toMatch(/user\/ada.*approved; one more person has to/);
    expect(audit.stdout).toMatch(/user\/grace.*approved; that is enough/);
  });

  test('that one person gives past the ledger, by the token, moves nothing', async () => {
    await here.fault(home, '503');
    const run = await here.begin(byAutomation('by-token'));
    await until('it asks', async () => here.told('slack').some((said) => said.includes('Approve moving by-token ')));
    const pending = await here.connection.ledger.pendingApproval('by-token', 'by-token#1');
    const executions = here.connection.executionsIn(region(here.connection.region));

    await executions.answer(pending?.taskToken ?? '', JSON.stringify({ approved: true, by: 'ada and grace' }));

    expect(await run.ended()).toMatchObject({ status: 'FAILED', error: 'Failed' });
    expect(await here.happenings('by-token', 'by-token#1', 'concluded')).toMatchObject([
      { ending: 'failed', error: expect.stringContaining('0 of 2 people are on record') },
    ]);
    expect((await here.lever('by-token')).weights).toEqual({ [home]: 1000, [standby]: 0 });
  });
});

describe('a plain approval', () => {
  test('of a service answers its only question, by whom STS says, and the move is made', async () => {
    await here.fault(home, '503');
    const run = await here.begin(byAutomation('plain'));
    await until('it asks', async () => here.told('slack').some((said) => said.includes('Approve moving plain ')));
    const waiting = await cli('explain', 'plain#1');
    expect(waiting.stdout).toContain('understudy approve plain');

    const approved = await cli('approve', 'plain');

    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('plain#1 approved') });
    expect((await run.ended()).ending).toBe('recovered');
    expect(await here.happenings('plain', 'plain#1', 'approval')).toMatchObject([
      { decision: 'approved', by: expect.stringMatching(/^arn:aws:(iam|sts)::\d{12}:/) },
    ]);
    expect(await cli('approve', 'plain')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('plain does not wait for approval'),
    });
  });
});

describe('a move past Understudy', () => {
  test('is recorded only as the lever says it, and automation does not undo it', async () => {
    await moveByHand(here, atStandby);
    const { movedBy } = await here.record('orders');
    expect(movedBy).not.toBe('person');

    const wrong = await cli('record', 'orders', '--moved-to', home, '--reason', 'by the page');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was recorded') });
    const right = await cli('record', 'orders', '--moved-to', standby, '--reason', 'by the page');

    expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining('a person moved it to us-west-2') });
    const { epoch } = await here.lever('orders');
    expect(await here.record('orders')).toMatchObject({ movedBy: 'person', activeRegion: standby, epoch });
    expect((await cli('status', 'orders')).stdout).not.toContain('understudy record');
  });

  test('is told by status until it is recorded', async () => {
    await moveByHand(here, { [home]: 1000, [standby]: 0 });

    expect((await cli('status', 'orders')).stdout).toContain('understudy record orders --moved-to us-east-1');
    expect((await cli('record', 'orders', '--moved-to', home, '--reason', 'back')).code).toBe(0);
  });

  test('to two regions that share alike is told without a choice, and either is recorded with both', async () => {
    await moveByHand(here, { [home]: 500, [standby]: 500 });

    expect((await cli('status', 'orders')).stdout).toContain('--moved-to REGION --reason');
    expect((await cli('record', 'orders', '--moved-to', standby, '--reason', 'half each')).code).toBe(0);
    expect(await here.record('orders')).toMatchObject({ activeRegion: standby, serving: [home, standby] });

    await moveByHand(here, { [home]: 1000, [standby]: 0 });
    expect((await cli('record', 'orders', '--moved-to', home, '--reason', 'back')).code).toBe(0);
  });
});

describe('everything out of a region', () => {
  test('fences it, so that nothing moves back in until it is opened', async () => {
    const out = await cli('evacuate', home, '--reason', 'game day');

    expect(out).toMatchObject({ code: 0 });
    expect(await here.routing('orders')).toMatchObject({ weights: atStandbyAlone });
    expect(await here.record('orders')).toMatchObject({ fences: [{ region: home, reason: 'game day' }] });
    const back = await here.run(byAutomation('orders', { to: home }));
    expect(back.ending).toBe('held');
    expect(await here.routing('orders')).toMatchObject({ weights: atStandbyAlone });

    // The service's own weights are as they were: who opens the region leads its callers back.
    expect((await cli('unfence', home)).code).toBe(0);
    expect((await here.record('orders')).fences).toEqual([]);
    expect(await here.routing('orders')).toMatchObject({ weights: { [home]: 1000, [standby]: 0 } });
  });

  test('approves the run that asks for that very move, for it would keep every other one out', async () => {
    await here.run(byHand('asked-too', { to: home }));
    await here.fault(home, '503');
    const run = await here.begin(byAutomation('asked-too'));
    await until('it asks', async () => here.told('slack').some((said) => said.includes('Approve moving asked-too ')));

    const out = await cli('evacuate', home, '--reason', 'AWS says that it goes down');

    expect(out).toMatchObject({ code: 0, stdout: expect.stringMatching(/(asked-too#\d+) asks for this very move/) });
    expect((await run.ended()).ending).toBe('recovered');
    expect((await here.lever('asked-too')).weights).toEqual(atStandby);
    expect(await here.happenings('asked-too', (await run.ended()).incident ?? '', 'approval')).toMatchObject([
      { decision: 'approved' },
    ]);
  });
});
