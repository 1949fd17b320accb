import { expect, test } from 'vitest';
import type { Failover } from '../../core/service.ts';
import { configuration, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byHand } from './requests.ts';

const before = configuration();
const here = deployment({ failover: before });

const withTopic = (info: string, orders = {}): Failover => {
  const next = configuration({ orders });
  return { ...next, notify: { ...next.notify, topics: { ...next.notify.topics, info } } };
};

const topics = async () => {
  const { Topics } = await here.sandbox.aws.call('sns', 'ListTopics', {}, { region: standby });
  return (Topics as readonly { readonly TopicArn: string }[])
    .map(({ TopicArn }) => TopicArn.split(':').at(-1))
    .toSorted();
};

test('a changed configuration is deployed over the one that runs: policies change, and a renamed topic is another one', async () => {
  expect(await topics()).toEqual(['understudy-critical', 'understudy-info']);

  await here.sandbox.deploy(withTopic('understudy-news', { shadow: true }));

  expect(await topics()).toEqual(['understudy-critical', 'understudy-news']);
  const { ending } = await here.run(byHand('orders', { to: standby }));
  expect(ending).not.toBe('recovered');
  expect(here.leverWrites).toEqual([]);
  expect(here.told('sns understudy-info')).toEqual([]);
});

test('and back again', async () => {
  await here.sandbox.deploy(withTopic('understudy-info'));

  expect(await topics()).toEqual(['understudy-critical', 'understudy-info']);
  expect(await here.run(byHand('orders', { to: standby }))).toMatchObject({ ending: 'recovered' });
  await here.comeHome('orders');
});

test('what the world around it would have to follow is refused, with nothing changed', async () => {
  const events = () =>
    here.sandbox.cloudformation
      .stacks()
      .reduce((sum, { name, region }) => sum + here.sandbox.cloudformation.events(name, region).length, 0);
  const count = events();

  await expect(here.sandbox.deploy(configuration({ byArc: { billing: {} } }))).rejects.toThrow('start it anew');
  expect(events()).toBe(count);
});

test('a deployment while a run is under way: the run goes on by the machine that it began with, and by the functions that are there', async () => {
  const began: Promise<void>[] = [];
  here.beforeEach('Shift', () => {
    const deploying = began.length === 0 ? here.sandbox.deploy(withTopic('understudy-upgraded')) : Promise.resolve();
    began.push(deploying);
    return deploying;
  });

  const { ending, incident } = await here.run(byHand('orders', { to: standby }));

  expect(began.length).toBeGreaterThan(0);
  expect(ending).toBe('recovered');
  expect(await topics()).toEqual(['understudy-critical', 'understudy-upgraded']);
  expect((await here.lever('orders')).weights[standby]).toBe(1000);
  expect(await here.happenings('orders', incident ?? '', 'concluded')).toHaveLength(1);
  await here.comeHome('orders');
});
