import { createHash } from 'node:crypto';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { edgePagesVariable } from '../../deployment/edge-pages.ts';
import type { CompiledTable } from '../../deployment/edge-table.ts';
import { writesPages } from '../../deployment/permissions.ts';
import { DeploymentFunction } from './deployment-function.ts';
import { layerOfFile } from './layer-of-file.ts';
import { statementOf } from './statement.ts';

export interface EdgePagesProps {
  readonly failover: Failover;
  readonly table: CompiledTable;
  readonly storeArn: string;
}

/** The keys of the store that say which service a request belongs to, and the function that writes them with the deployment. */
export class EdgePages extends Construct {
  constructor(scope: Construct, id: string, { failover, table: { keyPrefix, pages }, storeArn }: EdgePagesProps) {
    super(scope, id);
    const file = 'edge-pages.json';
    const text = `${JSON.stringify({ keyPrefix, pages }, null, 2)}\n`;
    const layer = layerOfFile(this, 'Layer', {
      layerVersionName: `${failover.name}-edge-pages`,
      description: 'Which service a request belongs to, as the store is to have it.',
      file,
      text,
    });
    const writer = new DeploymentFunction(this, 'Writer', {
      failover,
      handler: 'edge-pages.handler',
      description: 'Runs when the services behind the edge change: writes which one a request belongs to.',
      does: 'Writes to a KeyValueStore which service a request belongs to.',
      timeout: Duration.minutes(14),
      layers: [layer],
      environment: { [edgePagesVariable]: `/opt/${file}` },
    });
    const allowed = new Policy(this, 'Policy', {
      roles: [writer.role],
      statements: [statementOf(writesPages(storeArn))],
    });
    const endpoint = failover.services.flatMap(({ lever }) => (lever.kind === 'kvs' ? (lever.endpoint ?? []) : []))[0];
    const resource = new CustomResource(this, 'Pages', {
      resourceType: 'Custom::EdgePages',
      serviceToken: writer.function.functionArn,
      // Another text is another update; where only code changes, nothing is written.
      properties: {
        store: storeArn,
        ...(endpoint !== undefined && { endpoint }),
        pages: createHash('sha256').update(text).digest('hex'),
      },
      serviceTimeout: Duration.minutes(15),
      // The store outlives the stack, and what is asked of it with it.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Without its policy it would be refused, and CloudFormation sees no dependency on that.
    resource.node.addDependency(allowed);
  }
}
