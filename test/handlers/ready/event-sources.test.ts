import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { EventSources } from '../../../core/ready-hook.ts';
import { eventSources } from '../../../handlers/ready/event-sources.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { AwsError } from '../../../loopback/aws/service.ts';
import { home, standby } from '../../support/world.ts';
import { question } from './given.ts';

const [a, b] = ['14e0db71-5d35-4eb5-b481-8945cf9d10c2', '91eaeb7e-c976-1234-9451-8709db01f137'];
const ready: EventSources = { kind: 'event-sources', mappings: { [home]: [a], [standby]: [b] } };
const states: Record<string, string> = {};
const changed: string[] = [];
let isHomeDown = false;
beforeEach(() => {
  Object.assign(states, { [a]: 'Enabled', [b]: 'Disabled' });
  changed.length = 0;
  isHomeDown = false;
});

const aws = await startAwsServer({
  port: 0,
  account: '123456789012',
  services: [
    {
      id: 'lambda',
      operations: {
        async GetEventSourceMapping({ UUID }, { region }) {
          if (isHomeDown && region === home) throw new AwsError('ServiceException', 'down', { status: 500 });
          return { UUID, State: states[UUID] };
        },
        async UpdateEventSourceMapping({ UUID, Enabled }, { region }) {
          states[UUID] = Enabled ? 'Enabled' : 'Disabled';
          changed.push(`${region} ${states[UUID]}`);
          return { UUID, State: Enabled ? 'Enabling' : 'Disabling' };
        },
      },
    },
  ],
});
afterAll(() => aws.close());
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clientIn = (region: string) => new LambdaClient({ endpoint: aws.url, region, credentials, maxAttempts: 1 });
const asked = (change = {}) => eventSources(ready, question({ when: 'after', ...change }), clientIn);

test('are on where traffic is before they are off where it was, and once', async () => {
  expect(await asked()).toEqual({ kind: 'ok', detail: `1 mappings on in ${standby}, 1 off in ${home}` });
  await asked();
  await asked({ when: 'return', from: standby, to: home });

  expect(changed).toEqual([`${standby} Enabled`, `${home} Disabled`, `${home} Enabled`, `${standby} Disabled`]);
});

test('are on in the new home though the old one does not answer, and that is told', async () => {
  isHomeDown = true;

  await expect(asked()).rejects.toThrow(`1 mappings are on in ${standby}, and those in ${home} may still be`);
  expect(changed).toEqual([`${standby} Enabled`]);
});

test('stay on where a share of the traffic stays', async () => {
  await asked({ keepsShare: true });
  expect(changed).toEqual([`${standby} Enabled`]);
  await asked({ when: 'return', from: standby, to: home, keepsShare: true });
  expect(states).toEqual({ [a]: 'Enabled', [b]: 'Enabled' });
});

test('are on, and nothing off, where nobody says which region is left', async () => {
  expect(await asked({ from: null })).toEqual({ kind: 'ok', detail: `1 mappings on in ${standby}` });
  expect(changed).toEqual([`${standby} Enabled`]);
});

test('stay as they are in a rehearsal', async () => {
  expect(await asked({ mode: 'rehearsal' })).toMatchObject({ detail: expect.stringContaining('would switch') });
  expect(changed).toEqual([]);
});
