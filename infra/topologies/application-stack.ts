import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { BuiltTopology } from '../../config/built-topology.ts';
import type { Region } from '../../core/brand.ts';
import { type Failover, regionNames } from '../../core/service.ts';
import { ApplicationFunction } from './deploy/application-function.ts';
import { RegionalHttpApi } from './deploy/http-api.ts';
import { RegionalNames } from './deploy/regional-names.ts';
import { RegionalRestApi } from './deploy/rest-api.ts';

export interface ApplicationStackProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  readonly region: Region;
}

/** The applications of a topology in one region. It reads nothing of another region's: each stands by itself. */
export class ApplicationStack extends Stack {
  constructor(scope: Construct, id: string, { failover, topology, region }: ApplicationStackProps) {
    super(scope, id, {
      env: { account: failover.account, region },
      description: `${topology.name}: its applications in ${region}.`,
    });
    for (const service of failover.services.filter((each) => regionNames(each).includes(region))) {
      const application = topology.applications[service.name];
      if (application === undefined) throw new Error(`${topology.name} has no application for ${service.name}`);
      const within = new Construct(this, service.name);
      const at = { failover, topology, service: service.name, region };
      const { function: handler } = new ApplicationFunction(within, 'Application', at);
      const names = new RegionalNames(within, 'Names', { topology, service, region });
      const name = `${topology.name}-${service.name}`;
      if (application.integration === 'rest-api') {
        new RegionalRestApi(within, 'RestApi', { failover, name, application, handler, names });
      } else if (application.integration === 'http-api') {
        new RegionalHttpApi(within, 'HttpApi', { failover, name, handler, names });
      } else {
        throw new Error(`${name}: function URLs have no stack yet; the sandbox plays them`);
      }
    }
  }
}
