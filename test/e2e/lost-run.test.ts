import { expect, test } from 'vitest';
import { configuration } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byHand } from './requests.ts';
import { until } from './until.ts';

const here = deployment({ failover: configuration() });

test('a run that is stopped from outside cannot conclude, and people are told all the same', async () => {
  await here.awsFault({ service: 'lambda', operation: 'Invoke', fault: 'hang' });
  const run = await here.begin(byHand('orders', {}));

  await here.sandbox.aws.call(
    'states',
    'StopExecution',
    { executionArn: run.arn },
    { region: run.arn.split(':')[3] ?? '' },
  );

  const told = await until('somebody is told', () =>
    here.told('sns understudy-critical').find((text) => text.includes(run.arn)),
  );
  expect(told).toContain('ended as ABORTED and could not conclude');
  expect(here.leverWrites).toEqual([]);
});
