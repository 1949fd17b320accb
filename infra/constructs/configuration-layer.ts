import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type CreatedLevers, createdVariable } from '../../config/created-levers.ts';
import type { Failover } from '../../core/service.ts';

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
    const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
    try {
      writeFileSync(join(folder, 'understudy.json'), `${JSON.stringify(failover, null, 2)}\n`);
      // The asset is a copy, named after what is in it, and made at once.
      this.layer = new LayerVersion(this, 'Layer', {
        layerVersionName: `${failover.name}-configuration`,
        description: 'The configuration that every function reads.',
        compatibleRuntimes: [Runtime.NODEJS_24_X],
        code: Code.fromAsset(folder),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
