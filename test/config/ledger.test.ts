import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { region } from '../../core/brand.ts';
import { ledgerRegion, tableArn } from '../../deployment/names.ts';
import example from '../../understudy.config.ts';

const withLedger = (ledger: object) => ({ ...example, ledger: { tableName: 'understudy-ledger', ...ledger } });

function mistakesOf(ledger: object): readonly string[] {
  try {
    parseFailover(withLedger(ledger));
    return [];
  } catch (error) {
    if (error instanceof ConfigurationMistake) return error.mistakes;
    throw error;
  }
}

describe('a strongly consistent ledger', () => {
  test.each([
    ['two replicas', { region: 'us-east-2', replicas: ['us-west-2', 'us-east-1'] }],
    ['a replica and a witness', { region: 'us-east-2', replicas: ['us-west-2'], witness: 'us-east-1' }],
    ['another set', { region: 'eu-west-1', replicas: ['eu-central-1'], witness: 'eu-west-3' }],
  ])('takes %s of one set', (_, ledger) => {
    expect(mistakesOf(ledger)).toEqual([]);
  });

  test.each([
    [
      { region: 'us-east-2', replicas: ['us-west-2', 'ca-central-1'] },
      'ledger.replicas has regions between which DynamoDB keeps no strong consistency (us-east-2, us-west-2, ca-central-1)',
    ],
    [{ region: 'us-east-2', replicas: ['us-west-2'] }, 'ledger.replicas is a table of 2 regions'],
    [
      { region: 'eu-west-1', replicas: ['eu-west-2', 'eu-west-3'], witness: 'eu-central-1' },
      'ledger.replicas is a table of 4 regions',
    ],
    [{ region: 'us-east-2', witness: 'us-west-2' }, 'ledger.replicas is a table of 2 regions'],
    [{ region: 'us-east-2', replicas: ['us-west-2', 'us-west-2'] }, 'ledger.replicas[2] repeats us-west-2'],
  ])('is refused as %j', (ledger, mistake) => {
    expect(mistakesOf(ledger).join('\n')).toContain(mistake);
  });
});

test('a ledger in the home region of a service is refused: it would be lost with it', () => {
  expect(mistakesOf({ region: 'us-east-1' })).toContain(
    'ledger.region is us-east-1, the home region of orders: no run could begin when it is lost; choose another',
  );
});

test('logs are kept for a time that CloudWatch Logs has', () => {
  expect(() => parseFailover({ ...example, logRetentionDays: 42 })).toThrow('logRetentionDays must be one that');
  expect(parseFailover({ ...example, logRetentionDays: 30 }).logRetentionDays).toBe(30);
});

describe('a function', () => {
  const failover = parseFailover(withLedger({ region: 'us-east-2', replicas: ['us-west-2'], witness: 'us-east-1' }));

  test.each([
    ['us-east-2', 'us-east-2'],
    ['us-west-2', 'us-west-2'],
    // A witness answers nobody.
    ['us-east-1', 'us-east-2'],
    ['ca-central-1', 'us-east-2'],
  ])('in %s uses the table in %s', (here, there) => {
    expect(ledgerRegion(failover, region(here))).toBe(there);
    expect(tableArn(failover, region(here))).toBe(`arn:aws:dynamodb:${there}:123456789012:table/understudy-ledger`);
  });
});
