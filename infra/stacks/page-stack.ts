import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import type { Group } from '../../deployment/groups.ts';
import { tellServices } from '../constructs/services-output.ts';
import { ServicesPage } from '../constructs/services-page.ts';

export interface PageStackProps {
  /** With the services of the group. */
  readonly failover: Failover;
  readonly group: Group;
}

/** The dashboard of a group's services. In one region always: dashboards have no region, and none may go from one stack to another. */
export class PageStack extends Stack {
  constructor(scope: Construct, id: string, { failover, group }: PageStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region: 'us-west-2' },
      description: `Understudy: the dashboard of group ${group}.`,
    });
    tellServices(this, failover.services);
    new ServicesPage(this, 'Page', { failover, group });
  }
}
