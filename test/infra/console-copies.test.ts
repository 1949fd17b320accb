import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { Orchestrator } from '../../infra/constructs/orchestrator.ts';
import { exampleWith } from '../support/configuration.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

const templateOf = (of: typeof failover) =>
  synthesised(of, control, ({ stack, topics, deadLetters }) => {
    new Orchestrator(stack, 'Orchestrator', { failover: of, region: control, topics, deadLetters });
  });
const template = templateOf(parseFailover(exampleWith({ 'console.copies': true })));
const name = `understudy-copies-${failover.account}-${control}`;

test('there are none unless the configuration asks for them', () => {
  templateOf(failover).resourceCountIs('AWS::S3::Bucket', 0);
});

test('the bucket is private, encrypted, without versions, and goes with its stack', () => {
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Delete',
    Properties: {
      BucketName: name,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: Match.absent(),
      WebsiteConfiguration: Match.absent(),
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 7, Status: 'Enabled' })] },
    },
  });
});

test('its policy lets nobody in, and nobody without TLS', () => {
  interface Policy {
    readonly PolicyDocument: { readonly Statement: readonly object[] };
  }

  expect(
    all<Policy>(template, 'AWS::S3::BucketPolicy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  ).toMatchObject([{ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
});

test('two objects may be written by the function that is started each minute, and removed by one that goes with the stack', () => {
  interface Policy {
    readonly PolicyDocument: { readonly Statement: readonly { Action: unknown; Resource: unknown }[] };
  }
  const both = ['index.html', 'state.json'].map((key) => `arn:aws:s3:::${name}/${key}`);
  const statements = all<Policy>(template, 'AWS::IAM::Policy').flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

  expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('s3:'))).toMatchObject([
    { Action: 's3:PutObject', Resource: both },
    { Action: 's3:DeleteObject', Resource: both },
  ]);
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    Name: 'understudy-copy',
    ScheduleExpression: 'rate(1 minute)',
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } },
  });
});

test('nothing writes any more when the bucket is emptied: the schedule goes before', () => {
  const [schedule] = Object.values(
    template.findResources('AWS::Scheduler::Schedule', { Properties: { Name: 'understudy-copy' } }),
  );
  const [[emptied = ''] = []] = Object.entries(template.findResources('Custom::ConsoleCopiesRemoval'));

  expect(schedule?.['DependsOn']).toContain(emptied);
});

test('a name that makes the bucket’s too long is refused where copies are asked for', () => {
  const longName = 'a-name-of-thirty-six-characters-long';

  expect(() => parseFailover(exampleWith({ name: longName, 'console.copies': true }))).toThrow(
    /name makes the name of a bucket, .* longer than 63 characters/,
  );
  expect(parseFailover(exampleWith({ name: longName })).name).toBe(longName);
});
