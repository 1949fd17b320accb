import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { BuiltTopology } from '../../config/built-topology.ts';
import type { Region } from '../../core/brand.ts';
import { type Failover, servicesIn } from '../../core/service.ts';
import { ApplicationFunction } from './deploy/application-function.ts';
import { RegionalHttpApi } from './deploy/http-api.ts';
import { RegionalNames } from './deploy/regional-names.ts';
import { RegionalRestApi } from './deploy/rest-api.ts';
import { SignedUrl } from './deploy/signed-url.ts';
import { SiteBucket } from './deploy/site-bucket.ts';

export interface ApplicationStackProps {
  readonly failover: Failover;
  readonly topology: BuiltTopology;
  readonly region: Region;
}

/** What a distribution is told about a region: names that AWS gives. */
type Told = 'UrlHost' | 'SiteHost' | 'SiteBucket';

/**
 * The applications of a topology in one region. It reads nothing of another region's: each stands by itself. What others
 * have to know of it are its outputs.
 */
export class ApplicationStack extends Stack {
  constructor(scope: Construct, id: string, { failover, topology, region }: ApplicationStackProps) {
    super(scope, id, {
      env: { account: failover.account, region },
      description: `${topology.name}: its applications in ${region}.`,
    });
    for (const service of servicesIn(failover, region)) {
      const application = topology.applications[service.name];
      if (application === undefined) throw new Error(`${topology.name} has no application for ${service.name}`);
      const within = new Construct(this, service.name);
      const at = { failover, topology, service: service.name, application, region };
      const { function: handler } = new ApplicationFunction(within, 'Application', at);
      const name = `${topology.name}-${service.name}`;
      switch (application.integration) {
        case 'rest-api': {
          const names = new RegionalNames(within, 'Names', { topology, service, region });
          new RegionalRestApi(within, 'RestApi', { failover, name, application, handler, names });
          break;
        }
        case 'http-api': {
          const names = new RegionalNames(within, 'Names', { topology, service, region });
          new RegionalHttpApi(within, 'HttpApi', { failover, name, handler, names });
          break;
        }
        case 'function-url':
          this.#tell(service.name, 'UrlHost', new SignedUrl(within, 'Url', { handler }).host);
          break;
        default:
          application.integration satisfies never;
      }
      if (application.site === undefined) continue;
      const { bucket } = new SiteBucket(within, 'Site', { folder: topology.folder, site: application.site });
      this.#tell(service.name, 'SiteHost', bucket.bucketRegionalDomainName);
      this.#tell(service.name, 'SiteBucket', bucket.bucketName);
    }
  }

  /** What the stack told, as a value that is known when another one is deployed, whatever its region. */
  told(service: string, what: Told): string {
    return Fn.getStackOutput(this.stackName, outputName(service, what), this.region);
  }

  #tell(service: string, what: Told, value: string): void {
    new CfnOutput(this, `${service}-${what}`, { value }).overrideLogicalId(outputName(service, what));
  }
}

/** Letters and digits are all that an output's name may have. */
const outputName = (service: string, what: Told) => `${service.replaceAll(/[^a-z0-9]/g, '')}${what}`;
