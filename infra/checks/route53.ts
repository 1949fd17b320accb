import { type Check, type Named, type NamedRecord, recordsIn, resourcesOf } from './template.ts';

/**
 * What Route 53 refuses, or takes and then does not do.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export const route53: Check = function* ({ template }) {
  for (const check of resourcesOf(template, 'AWS::Route53::HealthCheck')) yield* healthCheck(check);
  const records = recordsIn(template);
  for (const each of records) yield* recordFaults(each);
  yield* pairs(records);
};

const measured = [
  'RequestInterval',
  'FailureThreshold',
  'MeasureLatency',
  'EnableSNI',
  'ResourcePath',
  'Port',
  'SearchString',
];

function* healthCheck({ id, Properties }: Named) {
  const config: Readonly<Record<string, unknown>> = Properties?.['HealthCheckConfig'] ?? {};
  const type = String(config['Type']);
  if (type === 'RECOVERY_CONTROL' || type === 'CLOUDWATCH_METRIC' || type === 'CALCULATED') {
    for (const member of measured.filter((name) => name in config)) {
      yield { at: `${id}.${member}`, message: `is nothing that a health check of type ${type} has` };
    }
  }
  if (type === 'RECOVERY_CONTROL' && config['RoutingControlArn'] === undefined) {
    yield { at: id, message: 'follows no routing control' };
  }
  if (type === 'CLOUDWATCH_METRIC') {
    const alarm = config['AlarmIdentifier'] as { Name?: unknown; Region?: unknown } | undefined;
    if (alarm?.Name === undefined || alarm.Region === undefined) yield { at: id, message: 'follows no alarm' };
    if (config['InsufficientDataHealthStatus'] !== 'LastKnownStatus') {
      yield { at: id, message: 'would move traffic when its metric falls silent: LastKnownStatus' };
    }
  }
  if (type.startsWith('HTTP')) {
    if (![10, 30].includes(Number(config['RequestInterval'] ?? 30))) yield { at: id, message: 'asks every 10 or 30 s' };
    const threshold = Number(config['FailureThreshold'] ?? 3);
    if (threshold < 1 || threshold > 10) yield { at: id, message: 'fails after 1 to 10 answers' };
  }
}

function* recordFaults({ at, record }: NamedRecord) {
  const { AliasTarget, TTL, Failover, SetIdentifier, HealthCheckId } = record;
  if (AliasTarget !== undefined && TTL !== undefined)
    yield { at: `${at}.TTL`, message: 'is nothing that an alias has' };
  if (Failover === undefined) return;
  if (SetIdentifier === undefined) yield { at, message: 'has no SetIdentifier' };
  // The standby may count as healthy for ever: it is asked for only where the other one is not.
  if (Failover === 'PRIMARY' && HealthCheckId === undefined && AliasTarget?.EvaluateTargetHealth !== true) {
    yield { at, message: 'has no health check: it counts as healthy for ever' };
  }
}

/** Of each name and type one PRIMARY and one SECONDARY. */
function* pairs(records: readonly NamedRecord[]) {
  const byName = new Map<string, NamedRecord[]>();
  for (const each of records) {
    if (each.record['Failover'] === undefined) continue;
    const key = JSON.stringify([each.record['Name'], each.record['Type']]);
    byName.set(key, [...(byName.get(key) ?? []), each]);
  }
  for (const [key, group] of byName) {
    const ranks = group.map(({ record }) => String(record['Failover'])).sort();
    if (ranks.join() !== 'PRIMARY,SECONDARY') {
      yield {
        at: group[0]?.at ?? '',
        message: `${key} has the failover records ${ranks.join(' and ')}; one of each is it`,
      };
    }
    if (new Set(group.map(({ record }) => record['SetIdentifier'])).size < group.length) {
      yield { at: group[0]?.at ?? '', message: `${key} repeats a SetIdentifier` };
    }
  }
}
