import { beaconRegions } from '../../core/lever.ts';
import { homeRegion, regionNames } from '../../core/service.ts';
import {
  alarmArn,
  alarmName,
  anyService,
  beaconAlarmName,
  beaconStandbys,
  functionName,
} from '../../deployment/names.ts';
import { readyArns } from '../../deployment/ready-permissions.ts';
import { userAlarmArns } from '../../deployment/user-alarms.ts';
import { type Check, stringsIn } from './template.ts';

/**
 * What runs in one region needs nothing of another service's home region to move that service out of it: no ARN, no
 * endpoint, no key. Looking at it is another matter: canaries name what they look at, and where a home region observes
 * another service, its vantage and its alarms are asked like those of every observer, and may be silent.
 */
export const homeRegions: Check = function* ({ template, region, failover }) {
  const homes = new Set(failover.services.map(homeRegion).filter((home) => home !== region));
  const watchedRegions = new Set(failover.services.flatMap(regionNames));
  const { Resources = {} } = template;
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    for (const { path, text } of stringsIn(Properties)) {
      if (Type === 'AWS::Synthetics::Canary' && path.startsWith('RunConfig.')) continue;
      // Where a name leads is what is moved, not what moves it.
      if (Type.startsWith('AWS::Route53::RecordSet') && /(^|\.)AliasTarget\./.test(path)) continue;
      for (const home of homes) {
        if (!text.includes(home)) continue;
        if (withoutObservers(text).includes(`:${home}:`) || endpointIn(home).test(text)) {
          yield {
            at: `${id}.${path}`,
            message: `needs ${home}, which is the home region of a service: ${excerpt(text, home)}`,
          };
        }
      }
    }
    for (const { path } of stringsIn(Properties)) {
      if (/(^|\.)(Fn::ImportValue)(\.|$)/.test(path)) {
        yield { at: `${id}.${path}`, message: 'is read from another stack' };
      }
    }
  }

  /**
   * Without what observers are asked by, without the buses that all are told at once, and without what moves a service out of
   * another home region than this one: its hooks, of which the configuration lets none be in its own, and its beacon's alarm. A
   * policy names the alarms of all services at once: those on one region, or all beacons' in one standby's.
   */
  function withoutObservers(text: string): string {
    let rest = text;
    for (const control of failover.controlRegions) {
      rest = rest.replaceAll(`arn:aws:events:${control}:${failover.account}:event-bus/default`, '');
    }
    for (const observer of failover.observers) {
      rest = rest.replaceAll(
        `arn:aws:lambda:${observer}:${failover.account}:function:${functionName(failover, 'vantage')}`,
        '',
      );
      for (const watched of watchedRegions) {
        rest = rest.replaceAll(alarmArn(failover, observer, alarmName(failover, anyService, watched)), '');
      }
    }
    // What users see is looked at where it is told, and may be silent.
    for (const arn of userAlarmArns(failover)) rest = rest.replaceAll(arn, '');
    for (const { name, lever, regions, hooks, access } of failover.services) {
      for (const { functionArn } of hooks) if (functionArn !== undefined) rest = rest.replaceAll(functionArn, '');
      // What comes with the deployment does in a home region what can be done there; to leave one takes none of it.
      for (const arn of readyArns(failover)) rest = rest.replaceAll(arn, '');
      // What probes sign for is looked at, and may be silent like all that is looked at.
      for (const arn of access?.sign?.resources ?? []) rest = rest.replaceAll(arn, '');
      if (lever.kind !== 'beacon') continue;
      const { standby } = beaconRegions(regions.map(({ region: each }) => each));
      rest = rest.replaceAll(alarmArn(failover, standby, beaconAlarmName(failover, name)), '');
    }
    for (const standby of beaconStandbys(failover)) {
      rest = rest.replaceAll(alarmArn(failover, standby, beaconAlarmName(failover, anyService)), '');
    }
    return rest;
  }
};

const endpointIn = (home: string) => new RegExp(`[.-]${home}\\.(amazonaws\\.com|api\\.aws|on\\.aws)`);

function excerpt(text: string, home: string): string {
  const at = text.indexOf(home);
  return text.slice(Math.max(0, at - 40), at + 40);
}
