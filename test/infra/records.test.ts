import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import { LeversStack } from '../../infra/stacks/levers.ts';
import { RecordsStack } from '../../infra/stacks/records-stack.ts';
import { byBeacon, byControls, planned } from './planned.ts';

type ServiceInput = FailoverInput['services'][number];

/** What the stack of records makes for one service, of one type, by logical id. */
function recordsOf(service: ServiceInput, type: string) {
  const app = new App({ analyticsReporting: false });
  const failover = parseFailover({ ...planned, services: [service] });
  const levers = new LeversStack(app, 'levers', { failover });
  return Template.fromStack(new RecordsStack(app, 'records', { failover: levers.complete })).findResources(type);
}

/** Logical ids of the record groups, by the name that the records have. */
const groupsOf = (service: ServiceInput): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(recordsOf(service, 'AWS::Route53::RecordSetGroup')).map(([id, { Properties }]) => [
      Properties.RecordSets[0].Name,
      id,
    ]),
  );

const checksOf = (service: ServiceInput): readonly string[] =>
  Object.keys(recordsOf(service, 'AWS::Route53::HealthCheck'));

/** Between two regions of which neither decides anything, so that either may be home. */
const inEurope = (service: ServiceInput): ServiceInput =>
  JSON.parse(JSON.stringify(service).replaceAll('us-west-2', 'eu-west-1'));

const exchanged = (service: ServiceInput): ServiceInput => ({ ...service, regions: [...service.regions].reverse() });

// A record of the same name in another resource is made before the old one is deleted, which Route 53 refuses, or takes and then loses.
describe.each([
  ['routing controls', byControls('search')],
  ['a beacon', byBeacon('search')],
])('the records behind %s stay the same resource', (_, service) => {
  test('when the service is renamed', () => {
    expect(groupsOf({ ...service, name: 'find' })).toEqual(groupsOf(service));
  });

  test('when home and standby are exchanged', () => {
    expect(groupsOf(exchanged(inEurope(service)))).toEqual(groupsOf(inEurope(service)));
  });
});

test('the records of a service stay the same resource when it gets another lever', () => {
  expect(groupsOf(byControls('search'))).toEqual(groupsOf(byBeacon('search')));
  expect(Object.keys(groupsOf(byBeacon('search')))).toEqual(['search.example.com.']);
});

test('a renamed service has other routing controls, and so other health checks', () => {
  const [before, after] = [checksOf(byControls('search')), checksOf({ ...byControls('search'), name: 'find' })];

  expect(before).toHaveLength(2);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
});
