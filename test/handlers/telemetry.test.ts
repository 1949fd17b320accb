import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs a piece of code by itself and returns the JSON lines that it printed: telemetry writes to the real output. */
function printed(code: string): Record<string, unknown>[] {
  const text = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', `import { embeddedMetrics, functionLog } from './handlers/telemetry.ts'; ${code}`],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test('metrics stand in the namespace that they are given, under the service that they are about', () => {
  const lines = printed(`
    const metrics = embeddedMetrics('Understudy/orders-prod', { warn() {} });
    metrics.record('orders', 'TimeToRecover', 4200);
    metrics.record('payments', 'FailoverHold', 1);
    metrics.record('orders', 'Share', 25, 'us-west-2');
    await metrics.flush();
    await metrics.flush();
  `);

  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatchObject({
    service: 'orders',
    TimeToRecover: 4200,
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Understudy/orders-prod',
          Dimensions: [['service']],
          Metrics: [{ Name: 'TimeToRecover', Unit: 'Milliseconds' }],
        },
      ],
    },
  });
  expect(lines[1]).toMatchObject({ service: 'payments', FailoverHold: 1 });
  expect(lines[2]).toMatchObject({
    service: 'orders',
    region: 'us-west-2',
    Share: 25,
    _aws: {
      CloudWatchMetrics: [{ Dimensions: [['service', 'region']], Metrics: [{ Name: 'Share', Unit: 'Percent' }] }],
    },
  });
});

test('a log line names its step and holds the facts that it was given', () => {
  const [line] = printed(`functionLog('shift').info('done', { incident: 'orders#1' });`);

  expect(line).toMatchObject({
    level: 'INFO',
    service: 'understudy',
    step: 'shift',
    message: 'done',
    facts: { incident: 'orders#1' },
  });
});
