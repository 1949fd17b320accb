import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnCanary } from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { dist } from '../../config/installation.ts';
import type { ObserverNetwork } from '../../core/service.ts';
import { canaryHandler, toldFile } from '../../deployment/canary-code.ts';
import type { CanaryPlan } from '../../deployment/canary-targets.ts';
import { type CanaryHome, keptDays } from './canary-home.ts';

export interface CanariesProps {
  readonly plans: readonly CanaryPlan[];
  /** Where they stand; none where it is left out. */
  readonly network?: ObserverNetwork | undefined;
  readonly home: Pick<CanaryHome, 'artifacts' | 'role'>;
}

/**
 * No browser, Node 22.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_nodejs.html
 */
const runtime = 'syn-nodejs-5.2';

/**
 * Canaries of one observer region, each by itself: one that is spread over regions by Synthetics keeps its metrics in
 * the region that it was made in, and is blind with it.
 */
export class Canaries extends Construct {
  readonly #home: CanariesProps['home'];
  readonly #network: CanariesProps['network'];
  readonly #code = new Map<CanaryPlan['bundle'], Asset>();
  readonly #byName: ReadonlyMap<string, CfnCanary>;

  constructor(scope: Construct, id: string, { plans, home, network }: CanariesProps) {
    super(scope, id);
    this.#home = home;
    this.#network = network;
    this.#byName = new Map(plans.map((plan) => [plan.name, this.#canary(plan)]));
  }

  /** Undefined for a name that no canary here has: shared ones are where their role is. */
  named(name: string): CfnCanary | undefined {
    return this.#byName.get(name);
  }

  #canary(plan: CanaryPlan): CfnCanary {
    const { name, environment, everyMinutes, timeoutSeconds } = plan;
    const { s3BucketName, s3ObjectKey } = this.#codeOf(plan);
    const { artifacts, role } = this.#home;
    const network = this.#network;
    return new CfnCanary(this, name, {
      name,
      runtimeVersion: runtime,
      code: { handler: canaryHandler, s3Bucket: s3BucketName, s3Key: s3ObjectKey },
      // Any other duration than 0 would end it. No retries: the first failure counts, and whether to believe it is for the quorum to say.
      schedule: {
        expression: everyMinutes === 1 ? 'rate(1 minute)' : `rate(${everyMinutes} minutes)`,
        durationInSeconds: '0',
      },
      runConfig: { timeoutInSeconds: timeoutSeconds, environmentVariables: { ...environment } },
      ...(network !== undefined && {
        vpcConfig: {
          vpcId: network.vpcId,
          subnetIds: [...network.subnetIds],
          securityGroupIds: [...network.securityGroupIds],
        },
      }),
      executionRoleArn: role.roleArn,
      artifactS3Location: `s3://${artifacts.bucketName}/${name}`,
      artifactConfig: { s3Encryption: { encryptionMode: 'SSE_S3' } },
      successRetentionPeriod: keptDays,
      failureRetentionPeriod: keptDays,
      // Or its function and layers stay behind when the stack is deleted.
      provisionedResourceCleanup: 'AUTOMATIC',
      startCanaryAfterCreation: true,
    });
  }

  #codeOf({ name, bundle, targets }: CanaryPlan): Asset {
    const told = targets && JSON.stringify({ targets });
    if (told !== undefined) return tellingAsset(this, `${name}-code`, dist('synthetics', bundle), told);
    const known = this.#code.get(bundle);
    if (known !== undefined) return known;
    const made = new Asset(this, bundle, { path: dist('synthetics', bundle), exclude: ['**/*.map'] });
    this.#code.set(bundle, made);
    return made;
  }
}

/** The code of a canary and a file of what it is told: more than its environment takes. Whose targets stay as they were keeps its code. */
function tellingAsset(scope: Construct, id: string, code: string, told: string): Asset {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  try {
    cpSync(code, folder, { recursive: true, filter: (source) => !source.endsWith('.map') });
    writeFileSync(join(folder, toldFile), told);
    // The asset is a copy, named after what is in it, and made at once.
    return new Asset(scope, id, { path: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
