#!/usr/bin/env bash
# One would expect: metrics that are added after the hundredth go out with the dimensions and the metadata that were added before.
# What happens: at 100 metrics, or 100 values of one, powertools publishes by itself and forgets them. What follows within the same
# invocation lands in another metric, without the dimension and without an error. Default dimensions stay.
# Why it matters: a reconciler of a fleet publishes a share per region; from the hundredth on the regions melt into one series, and
# an alarm by region sees no data.
source "$(dirname "$0")/lib.sh"
install @aws-lambda-powertools/metrics@2.36.0
cat > run.mjs <<'JS'
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
const lines = [];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text) => lines.push(JSON.parse(text)) > 0;
const metrics = new Metrics({ namespace: 'fleet', serviceName: 'orders' });
metrics.addDimension('region', 'us-east-1');
metrics.addMetadata('run', '7');
for (let index = 0; index < 101; index++) metrics.addMetric(`Share${index}`, MetricUnit.Percent, 1);
metrics.publishStoredMetrics();
process.stdout.write = write;
for (const { _aws, region = 'none', run = 'none' } of lines) {
  const [{ Metrics, Dimensions }] = _aws.CloudWatchMetrics;
  console.log(`${Metrics.length} metrics, dimensions ${Dimensions.flat()}, region ${region}, metadata ${run}`);
}
JS
echo "powertools metrics 2.36.0"
seen "100 metrics, dimensions service,region, region us-east-1, metadata 7
1 metrics, dimensions service, region none, metadata none" "$(node run.mjs)"
