#!/usr/bin/env bash
# One would expect: "2 datapoints out of 1" is refused at synthesis, as a metric of another region or a long alarm rule is, or by
# AWS's offline validator. CloudWatch's own limit: DatapointsToAlarm is at most EvaluationPeriods
# (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html).
# What happens: the CDK writes it, and the validator says nothing of it.
# Why it matters: alarms are made in loops over services with both numbers from a configuration, and the first to object is the deployment.
source "$(dirname "$0")/lib.sh"
install aws-cdk-lib@2.276.0 constructs@10.8.1 @aws/cloudformation-validate@1.9.0-beta
cat > run.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
const stack = new Stack(new App({ analyticsReporting: false }), 'S', { env: { account: '123456789012', region: 'us-west-2' } });
const metric = new Metric({ namespace: 'n', metricName: 'm' });
new Alarm(stack, 'A', { metric, threshold: 1, evaluationPeriods: 1, datapointsToAlarm: 2 });
const template = Template.fromStack(stack).toJSON();
const [{ Properties }] = Object.values(template.Resources);
writeFileSync('t.json', JSON.stringify(template));
const { diagnostics } = new CelEngine().validateStandard(new TemplateFile('t.json'));
console.log(`${Properties.DatapointsToAlarm} of ${Properties.EvaluationPeriods}, ${diagnostics.filter(({ severity }) => severity !== 'INFO').length} complaints`);
JS
echo "aws-cdk-lib 2.276.0, cloudformation-validate 1.9.0-beta"
seen "2 of 1, 0 complaints" "$(node run.mjs 2>/dev/null)"
