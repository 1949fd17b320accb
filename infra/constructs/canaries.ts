import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnCanary } from 'aws-cdk-lib/aws-synthetics';
import { Construct } from 'constructs';
import { dist } from '../../config/installation.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { type CanaryPlan, canaryHandler, canaryPlans } from '../../deployment/canaries.ts';
import { type CanaryHome, keptDays } from './canary-home.ts';

export interface CanariesProps {
  /** With the services to watch. */
  readonly failover: Failover;
  readonly observer: Region;
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
  readonly #code = new Map<CanaryPlan['bundle'], Asset>();
  readonly #byName: ReadonlyMap<string, CfnCanary>;

  constructor(scope: Construct, id: string, { failover, observer, home }: CanariesProps) {
    super(scope, id);
    this.#home = home;
    this.#byName = new Map(canaryPlans(failover, observer).map((plan) => [plan.name, this.#canary(plan)]));
  }

  /** Throws for a name that no canary here has. */
  named(name: string): CfnCanary {
    const canary = this.#byName.get(name);
    if (canary === undefined) throw new Error(`there is no canary ${name}`);
    return canary;
  }

  #canary({ name, bundle, environment, everyMinutes, timeoutSeconds }: CanaryPlan): CfnCanary {
    const { s3BucketName, s3ObjectKey } = this.#codeOf(bundle);
    const { artifacts, role } = this.#home;
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

  #codeOf(bundle: CanaryPlan['bundle']): Asset {
    const known = this.#code.get(bundle);
    if (known !== undefined) return known;
    const made = new Asset(this, bundle, { path: dist('synthetics', bundle), exclude: ['**/*.map'] });
    this.#code.set(bundle, made);
    return made;
  }
}
