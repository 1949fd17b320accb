import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Lambda } from '../../loopback/aws/lambda/lambda.ts';
import type { FunctionRegistration } from '../../loopback/aws/lambda/lambda-function.ts';
import { playedHooks } from '../../sandbox/hooks/played-hooks.ts';
import { failover, orders, prepareHook } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-hooks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const arn = (name: string) => `arn:aws:lambda:us-east-2:123456789012:function:${name}`;
const hooks = ['promote', 'size'].map((name) => ({ ...prepareHook, name, functionArn: arn(name), timeoutMs: 2_000 }));

async function played() {
  const registered: FunctionRegistration[] = [];
  const lambda = {
    // One that a stack has deployed.
    registered: (name: string) => (name === 'size' ? {} : undefined),
    register: (registration: FunctionRegistration) => registered.push(registration),
  } as unknown as Lambda;
  const world = playedHooks();
  await world.register({ ...failover, services: [{ ...orders, hooks }] }, lambda, folder, 'http://127.0.0.1:1');
  return { ...world, registered };
}

const question = { hook: 'promote', when: 'prepare', service: 'orders' };

test('a function stands in for a hook that no stack deploys, and for no other', async () => {
  const { registered } = await played();

  expect(registered).toMatchObject([{ name: 'promote', region: 'us-east-2', timeoutMs: 2_000 }]);
  expect(readFileSync(join(registered[0]?.codeDir ?? '', 'index.mjs'), 'utf8')).toContain('process.env.HOOK_URL');
});

test('a hook says yes until it is ordered otherwise, at one moment or at all', async () => {
  const world = await played();

  expect(await world.answer(question)).toEqual({ kind: 'ok', detail: 'played prepare' });
  expect(world.order({ hook: 'promote', answer: 'veto', when: 'prepare', detail: 'no' })).toBeNull();
  expect(await world.answer(question)).toEqual({ kind: 'veto', detail: 'no' });
  expect(await world.answer({ ...question, when: 'undo' })).toMatchObject({ kind: 'ok' });
  expect(world.order({ hook: 'promote', answer: 'fail', when: 'undo' })).toBeNull();
  await expect(world.answer({ ...question, when: 'undo' })).rejects.toThrow('ordered to fail');
  expect(world.state().asked).toHaveLength(4);
  world.forget();
  expect(await world.answer(question)).toMatchObject({ kind: 'ok' });
});

test('what hangs is let go with the next order', async () => {
  const world = await played();
  world.order({ hook: 'promote', answer: 'hang' });
  const hanging = world.answer(question);
  let isOver = false;
  void hanging.then(() => {
    isOver = true;
  });
  await new Promise(setImmediate);
  expect(isOver).toBe(false);

  world.forget();
  expect(await hanging).toMatchObject({ kind: 'ok' });
});

test('an order that is none says what one is, and which hooks there are', async () => {
  const world = await played();

  expect(world.order({ hook: 'promote', answer: 'maybe' })).toContain('"answer": "ok|veto|hang|fail"');
  expect(world.order({ hook: 'nobody', answer: 'ok' })).toBe('there is no hook nobody; there are promote, size');
});
