#!/usr/bin/env bash
# One would expect: a value that is no number is refused where it is added, as a second unit for a metric is.
# What happens: NaN and Infinity are taken, and stand in the embedded metric as null. The line still says that the metric is in it.
# Why it matters: "time to recover" is a difference of instants, one of which may be missing; the datum is lost, and nothing says so.
source "$(dirname "$0")/lib.sh"
install @aws-lambda-powertools/metrics@2.36.0
cat > run.mjs <<'JS'
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
const metrics = new Metrics({ namespace: 'fleet', serviceName: 'orders' });
const write = process.stdout.write.bind(process.stdout);
let line = '';
process.stdout.write = (text) => (line += text) !== '';
metrics.addMetric('TimeToRecover', MetricUnit.Milliseconds, Number.NaN);
metrics.addMetric('Lag', MetricUnit.Milliseconds, Number.POSITIVE_INFINITY);
metrics.publishStoredMetrics();
process.stdout.write = write;
const { _aws, TimeToRecover, Lag } = JSON.parse(line);
console.log(_aws.CloudWatchMetrics[0].Metrics.map(({ Name }) => Name).join(','), TimeToRecover, Lag);
JS
echo "powertools metrics 2.36.0"
seen "TimeToRecover,Lag null null" "$(node run.mjs)"
