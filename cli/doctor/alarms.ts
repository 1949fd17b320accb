import { type CompositeAlarm, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Region } from '../../core/brand.ts';
import { type Failover, regionNames } from '../../core/service.ts';
import { watches } from '../../deployment/canaries.ts';
import { alarmName, beaconAlarmName, deployedRegions } from '../../deployment/names.ts';
import { alarmsClient } from '../../handlers/adapters/alarms.cloudwatch.ts';
import { sentenceOf } from '../../handlers/adapters/vendor-error.ts';
import { personal } from '../patience.ts';
import type { Check, Finding } from './finding.ts';

/** Every alarm of the deployment's own, in every region that has one: that it is there, that it can speak, and what it says. */
export const alarms: Check = async ({ failover, endpoint }) =>
  (await Promise.all(deployedRegions(failover).map((region) => alarmsIn(failover, region, endpoint)))).flat();

async function alarmsIn(failover: Failover, region: Region, endpoint: string | null): Promise<readonly Finding[]> {
  const client = alarmsClient(region, { ...personal, ...(endpoint !== null && { endpoint }) });
  try {
    const there: (MetricAlarm | CompositeAlarm)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeAlarmsCommand({
          AlarmNamePrefix: `${failover.name}-`,
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          NextToken,
        }),
      );
      there.push(...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    const names = new Set(there.map(({ AlarmName }) => AlarmName));
    const beacons = failover.services.map(({ name }) => beaconAlarmName(failover, name));
    const missing = startingIn(failover, region).filter((name) => !names.has(name));
    return [
      ...missing.map((name) => ({
        check: 'alarms',
        about: `${name} in ${region}`,
        what: 'the alarm is not there',
        why: 'it starts runs and is evidence in them: without it this observer sees nothing by itself',
        command: 'npx cdk deploy --all --outputs-file cdk-outputs.json',
      })),
      ...there.flatMap((alarm) => findingsOf(alarm, region, beacons)),
    ];
  } catch (error) {
    return [
      {
        check: 'alarms',
        about: region,
        what: `CloudWatch could not be asked: ${sentenceOf(error)}`,
        why: 'what its alarms say there is not known',
        command: `aws cloudwatch describe-alarms --region ${region} --alarm-name-prefix ${failover.name}-`,
      },
    ];
  } finally {
    client.destroy();
  }
}

/** Of each region of each service that this observer watches. */
const startingIn = (failover: Failover, observer: Region): readonly string[] =>
  failover.observers.includes(observer)
    ? failover.services
        .filter((service) => watches(service, observer))
        .flatMap((service) => regionNames(service).map((region) => alarmName(failover, service.name, region)))
    : [];

function findingsOf(
  alarm: MetricAlarm | CompositeAlarm,
  region: Region,
  beacons: readonly string[],
): readonly Finding[] {
  const { AlarmName: name = '', ActionsEnabled, StateValue, StateReason = '' } = alarm;
  const about = `${name} in ${region}`;
  const evaluation = 'EvaluationState' in alarm ? alarm.EvaluationState : undefined;
  const named = `--region ${region} --alarm-names ${name}`;
  return [
    ...(ActionsEnabled === false && (alarm.AlarmActions ?? []).length > 0
      ? [
          {
            check: 'alarms',
            about,
            what: 'its actions are disabled',
            why: 'nobody is told and nothing starts when it turns red; somebody muted it, and did not unmute it',
            command: `aws cloudwatch enable-alarm-actions ${named}`,
          },
        ]
      : []),
    ...(evaluation !== undefined
      ? [
          {
            check: 'alarms',
            about,
            what: `CloudWatch cannot evaluate it: ${evaluation}`,
            why: 'an alarm that cannot be evaluated says nothing, whatever its state is',
            command: `aws cloudwatch describe-alarms ${named}`,
          },
        ]
      : []),
    // Of a beacon that is what it says while the standby serves.
    ...(StateValue === 'ALARM' && !beacons.includes(name)
      ? [
          {
            check: 'alarms',
            about,
            what: `it is red: ${StateReason.slice(0, 200)}`,
            why: 'what is red before an outage is ignored in one',
            command: `aws cloudwatch describe-alarm-history ${named.replace('--alarm-names', '--alarm-name')}`,
          },
        ]
      : []),
  ];
}
