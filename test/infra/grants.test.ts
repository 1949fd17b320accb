import { afterAll, describe, expect, test } from 'vitest';
import { deliveriesIn } from '../../infra/checks/grants/delivery.ts';
import { grants } from '../../infra/checks/grants/grants.ts';
import { deliveryTable } from '../../infra/checks/grants/table.ts';
import { joined } from '../../infra/checks/shared.ts';
import type { Subject } from '../../infra/checks/template.ts';
import example from '../../understudy.config.ts';
import { assembled } from './assembly.ts';

const [orders, payments] = example.services;

/** One of everything that is delivered anywhere. */
const assembly = assembled({
  ...example,
  fastProbe: true,
  console: { copies: true },
  drills: [{ name: 'monthly', services: [orders?.name ?? ''], schedule: 'rate(30 days)' }],
  notify: {
    ...example.notify,
    emails: ['ops@example.com'],
    slackChannel: { workspaceId: 'T01234567', channelId: 'C01234567' },
  },
  services: [
    orders,
    {
      ...payments,
      name: 'search',
      policy: { verify: { timeoutMs: 300_000 } },
      lever: {
        kind: 'beacon',
        hostedZone: {
          id: 'Z0123456789ABC',
          name: 'example.com',
          aliases: {
            'us-east-1': { dnsName: 'a.us-east-1.example.net', zoneId: 'Z1' },
            'us-west-2': { dnsName: 'a.us-west-2.example.net', zoneId: 'Z2' },
          },
        },
      },
    },
  ],
});
afterAll(() => assembly[Symbol.dispose]());

// biome-ignore lint/suspicious/noExplicitAny: a template is broken where no type allows it.
type Breakable = any;

const said = (subject: Subject): string[] => [...grants(subject)].map(({ at, message }) => `${at}: ${message}`);

const rowsOf = (subject: Subject) => {
  const { whole, isOwn } = joined(subject);
  const own = [...deliveriesIn(whole)].filter(({ at }) => isOwn(at));
  return new Set(own.map(({ from, to }) => `${from} to ${to}`));
};

/** What the check says of the first stack that has such a delivery, after each Allow of `action` was changed. */
function saidWhere(row: string, action: string, change: (statement: Breakable) => void): string[] {
  const subject = assembly.subjects.find((one) => rowsOf(one).has(row));
  if (subject === undefined) throw new Error(`no stack hands anything from ${row}`);
  const { template, shared } = structuredClone({ template: subject.template, shared: subject.shared });
  for (const statement of [...allowsIn(template), ...allowsIn(shared ?? {})]) {
    if ([statement.Action].flat().includes(action)) change(statement);
  }
  return said({ ...subject, template, shared }).filter((line) => line.includes(`${row}: `));
}

function allowsIn(value: Breakable): Breakable[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(allowsIn);
  return value.Effect === 'Allow' && value.Action !== undefined ? [value, ...inside] : inside;
}

const grantsOfRows = Object.entries(deliveryTable).flatMap(([row, { grants: needed }]) =>
  needed.flatMap(({ by, actions }) => actions.map((action) => ({ row, by, action }))),
);

describe('deliveries from service to service', () => {
  test('are all in the table, and each is allowed', () => {
    expect(assembly.subjects.flatMap(said)).toEqual([]);
  });

  test('are what the table has rows for, and nothing is in it that is never delivered', () => {
    const found = new Set(assembly.subjects.flatMap((subject) => [...rowsOf(subject)]));

    expect([...found].sort()).toEqual(Object.keys(deliveryTable).sort());
  });

  test.each(Object.entries(deliveryTable))('from %s are told by a page of AWS', (_, { source }) => {
    expect(source.length).toBeGreaterThan(0);
    for (const page of source) expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
  });
});

describe('a synthesis fails', () => {
  test.each(grantsOfRows)('where $row lacks $action ($by)', ({ row, action }) => {
    const faults = saidWhere(row, action, (statement) => {
      statement.Action = [statement.Action].flat().filter((one: string) => one !== action);
    });

    expect(faults.join('\n')).toContain(`is not allowed ${action}`);
  });

  test.each(grantsOfRows)('where $row has a condition for $action that nobody sends ($by)', ({ row, action }) => {
    const faults = saidWhere(row, action, (statement) => {
      statement.Condition = { ...statement.Condition, StringEquals: { 'aws:SourceOrgID': 'o-1234567890' } };
    });

    expect(faults.join('\n')).toContain('aws:SourceOrgID, which is not sent');
  });

  test.each(['sns:Publish', 'kms:GenerateDataKey'])(
    'where a rule needs an account for %s, which AWS does not send to topics',
    (action) => {
      const faults = saidWhere('rule to topic', action, (statement) => {
        if (statement.Principal?.Service !== 'events.amazonaws.com') return;
        statement.Condition = { StringEquals: { 'aws:SourceAccount': assembly.failover.account } };
      });

      expect(faults.join('\n')).toContain('aws:SourceAccount, which is not sent');
    },
  );

  test.each([
    ['the account of somebody else', { StringEquals: { 'aws:SourceAccount': '999999999999' } }, 'with another value'],
    [
      'an operator that is not understood',
      { StringNotEquals: { 'aws:SourceAccount': '999999999999' } },
      'StringNotEquals',
    ],
    [
      'the ARN of another alarm',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:*:alarm:other' } },
      'another value',
    ],
  ])('where an alarm is let in by %s', (_, condition, because) => {
    const faults = saidWhere('alarm to topic', 'sns:Publish', (statement) => {
      statement.Condition = condition;
    });

    expect(faults.join('\n')).toContain(because);
  });

  test('where the key is for another topic', () => {
    const faults = saidWhere('rule to topic', 'kms:Decrypt', (statement) => {
      if (statement.Condition === undefined) return;
      statement.Condition = {
        StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': ['arn:aws:sns:us-west-2:123456789012:x'] },
      };
    });

    expect(faults.join('\n')).toContain('with another value');
  });

  test.each([
    'rule to machine',
    'rule to bus',
    'schedule to function',
    'machine to topic',
    'function to log',
    'canary to bucket',
  ])('where nobody lets the sender of %s assume the role', (row) => {
    const faults = saidWhere(row, 'sts:AssumeRole', (statement) => {
      statement.Principal = { Service: 'ec2.amazonaws.com' };
    });

    expect(faults.join('\n')).toContain('is not allowed to assume');
  });

  test('where a policy denies what another statement allows', () => {
    const faults = saidWhere('alarm to topic', 'sns:Publish', (statement) => {
      if (statement.Principal?.Service === 'cloudwatch.amazonaws.com') statement.Effect = 'Deny';
    });

    expect(faults.join('\n')).toContain('denies something to cloudwatch.amazonaws.com');
  });

  test('where an alarm acts on what the table does not know', () => {
    const [subject] = assembly.subjects.filter((one) => rowsOf(one).has('alarm to topic'));
    if (subject === undefined) throw new Error('no stack has an alarm');
    const template = structuredClone(subject.template) as Breakable;
    template.Resources.Added = {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { AlarmName: 'added', AlarmActions: ['arn:aws:automate:us-west-2:ec2:stop'] },
    };

    expect(said({ ...subject, template }).join('\n')).toContain('no row of the table says what allows it');
  });
});
