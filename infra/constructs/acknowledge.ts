import { Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Accepts a finding of cdk-nag here, for a reason that a reviewer can judge. */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/** X-Ray has no resources: its two writing actions are allowed on everything or not at all. */
export const traceReason = 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords are on * or not at all.';

/** Accepts the wildcards in ARNs of ours whose names are many or not known yet; our own check holds them to this deployment. */
export function acknowledgeNamesOf(construct: IConstruct, statements: readonly PolicyStatement[]): void {
  for (const arn of new Set(statements.flatMap(({ resources }) => resources))) {
    const reason = reasons.find(([pattern]) => pattern.test(arn))?.[1];
    if (reason !== undefined) acknowledge(construct, `IAM5[Resource::${arn}]`, reason);
  }
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /^arn:[^:]*:autoscaling:.*:autoScalingGroup:\*:autoScalingGroupName\/[^*]+$/,
    'A group by its name: the id before it is given by EC2 Auto Scaling.',
  ],
  [
    /^arn:[^:]*:states:.*:execution:[^*]+:\*$/,
    'Executions of our own machine, whose names nobody knows before they run.',
  ],
  [
    /^arn:[^:]*:cloudwatch:.*:alarm:[^*]+-\*-[^*]+$/,
    'The alarms of every service of this deployment: named one by one they are more than IAM takes of a policy.',
  ],
];
