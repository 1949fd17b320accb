import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { leftBehind } from '../../infra/left-behind.ts';

const app = {
  name: 'prod',
  ledger: { region: region('us-east-2') },
  stacks: ['prod-levers', 'prod-us-west-2', 'prod-us-west-2-17'],
};

test('stacks that are deployed and have nothing of the configuration any more are named, with the command that takes them away', () => {
  const deployed = [
    'prod-levers',
    'prod-us-west-2-17',
    'prod-ca-central-1-04',
    'prod-beacons-eu-west-1-04',
    'prod-page-04',
    'prod-chat',
  ];

  expect(leftBehind(deployed, app).map((line) => line.replace(/.*(?=delete-stack)/, ''))).toEqual([
    'delete-stack --stack-name prod-ca-central-1-04 --region ca-central-1',
    'delete-stack --stack-name prod-beacons-eu-west-1-04 --region eu-west-1',
    'delete-stack --stack-name prod-page-04 --region us-west-2',
    'delete-stack --stack-name prod-chat --region us-east-2',
  ]);
});

test('stacks of another deployment, or of anybody else, are not ours to take away', () => {
  expect(leftBehind(['staging-us-west-2-17', 'website', 'production'], app)).toEqual([]);
});
