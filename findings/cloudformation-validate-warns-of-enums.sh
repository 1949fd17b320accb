#!/usr/bin/env bash
# One would expect: a value that is none of a property's allowed ones is an error, as a property of an unknown name is.
# What happens: the unknown property is FATAL, the unknown value is a WARN (W3030). A gate that looks at errors alone lets an alarm
# through that CloudWatch refuses: TreatMissingData is one of four words, in lower case.
# Why it matters: the usual gate is "no errors", and such a template fails minutes later, in the middle of a deployment.
source "$(dirname "$0")/lib.sh"
install @aws/cloudformation-validate@1.9.0-beta
cat > run.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
const engine = new CelEngine();
const alarm = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, MetricName: 'm', Namespace: 'n', Period: 60, Statistic: 'Sum', Threshold: 1 };
const said = (change) => {
  writeFileSync('t.json', JSON.stringify({ Resources: { A: { Type: 'AWS::CloudWatch::Alarm', Properties: { ...alarm, ...change } } } }));
  const { diagnostics } = engine.validateStandard(new TemplateFile('t.json'));
  return diagnostics.filter(({ severity }) => severity !== 'INFO').map(({ severity, ruleId }) => `${severity} ${ruleId}`).join(', ') || 'nothing';
};
console.log('unknown property:', said({ TreatMissing: 'breaching' }));
console.log('unknown value:', said({ TreatMissingData: 'Breaching' }));
JS
echo "cloudformation-validate 1.9.0-beta"
seen "unknown property: FATAL F3002
unknown value: WARN W3030" "$(node run.mjs)"
