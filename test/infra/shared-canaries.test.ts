import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fleet } from '../../bench/fleet/configuration.ts';
import { toldFile } from '../../deployment/canary-code.ts';
import { alarmName, canaryName, watchedTargets } from '../../deployment/names.ts';
import { resourcesOf } from '../../infra/checks/template.ts';
import { assembled, subjectIn } from './assembly.ts';

const assembly = assembled({ ...fleet(100), sharedCanaries: true });
afterAll(() => assembly[Symbol.dispose]());
const { failover, subjects, folder } = assembly;
const [observer = failover.ledger.region] = failover.observers;
const inObserver = subjects.filter(({ region }) => region === observer);
const propertiesOf = (type: string) =>
  inObserver.flatMap(({ template }) => resourcesOf(template, type).map(({ Properties = {} }) => Properties));

describe('a hundred services with shared canaries', () => {
  test('have ten canaries in an observer, all in the stack that does not grow', () => {
    const inRegion = resourcesOf(subjectIn(assembly, observer).template, 'AWS::Synthetics::Canary');

    expect(inRegion).toHaveLength(10);
    expect(propertiesOf('AWS::Synthetics::Canary')).toHaveLength(10);
  });

  test('have an alarm each for every region and front door, as with canaries of their own', () => {
    const alarms = new Map(propertiesOf('AWS::CloudWatch::Alarm').map((alarm) => [alarm['AlarmName'], alarm]));

    for (const { service, region } of watchedTargets(failover)) {
      const alarm = alarms.get(alarmName(failover, service.name, region));
      expect(alarm).toMatchObject({
        Namespace: 'CloudWatchSynthetics',
        MetricName: 'SuccessPercent',
        Dimensions: [{ Name: 'CanaryName', Value: canaryName(failover, service.name, region) }],
        TreatMissingData: 'missing',
      });
    }
  });

  test('are told to canaries in a file beside the code, each in one', () => {
    const told = propertiesOf('AWS::Synthetics::Canary').flatMap(({ Code }) => {
      const [hash = ''] = String(Code.S3Key).split('.');
      const text = readFileSync(join(folder, `asset.${hash}`, toldFile), 'utf8');
      return (JSON.parse(text) as { readonly targets: readonly { readonly name: string }[] }).targets;
    });

    expect(told).toHaveLength(watchedTargets(failover).length);
    expect(new Set(told.map(({ name }) => name)).size).toBe(told.length);
  });

  test('may say what they see, on the bus of their own region', () => {
    const policies = JSON.stringify(propertiesOf('AWS::IAM::Policy'));

    expect(policies).toContain(`"Action":"events:PutEvents","Effect":"Allow","Resource":"arn:aws:events:${observer}:`);
  });
});
