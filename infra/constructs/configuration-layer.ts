import { Stack } from 'aws-cdk-lib';
import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type CreatedLevers, createdVariable } from '../../config/created-levers.ts';
import type { Failover } from '../../core/service.ts';
import { layerOfFile } from './layer-of-file.ts';

export interface ConfigurationLayerProps {
  readonly failover: Failover;
}

/** Where a function finds the configuration. Layers are unpacked under /opt. */
export const configurationPath = '/opt/understudy.json';

/** What a function is told so that it has its configuration complete, levers that the deployment makes included. */
export const configurationEnvironment = (scope: Construct, created: CreatedLevers | undefined) => ({
  UNDERSTUDY_CONFIG: configurationPath,
  ...(created !== undefined && { [createdVariable]: Stack.of(scope).toJsonString(created) }),
});

/** The configuration as a layer of its own: another policy is another layer, and the code of no function changes. */
export class ConfigurationLayer extends Construct {
  readonly layer: LayerVersion;

  constructor(scope: Construct, id: string, { failover }: ConfigurationLayerProps) {
    super(scope, id);
    this.layer = layerOfFile(this, 'Layer', {
      layerVersionName: `${failover.name}-configuration`,
      description: 'The configuration that every function reads.',
      file: 'understudy.json',
      text: `${JSON.stringify(failover, null, 2)}\n`,
    });
  }
}
