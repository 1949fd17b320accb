import { type Check, resourcesOf } from './template.ts';

/** What a resource of a type does, whatever it is called. */
const doing: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Alarm': [
    'Namespace',
    'MetricName',
    'Dimensions',
    'Metrics',
    'Statistic',
    'ExtendedStatistic',
    'Period',
    'EvaluationPeriods',
    'DatapointsToAlarm',
    'Threshold',
    'ComparisonOperator',
    'TreatMissingData',
  ],
  'AWS::CloudWatch::CompositeAlarm': ['AlarmRule'],
  'AWS::Events::Rule': ['EventPattern', 'ScheduleExpression', 'Targets'],
  'AWS::Scheduler::Schedule': ['ScheduleExpression', 'ScheduleExpressionTimezone', 'Target'],
  'AWS::Synthetics::Canary': ['Code', 'Schedule', 'RunConfig'],
};

/** No two of a kind do the same under two names: one of them does not do what its name says, and nobody does. */
export const twins: Check = function* ({ template }) {
  for (const [type, members] of Object.entries(doing)) {
    const seen = new Map<string, string>();
    for (const { id, Properties = {} } of resourcesOf(template, type)) {
      const does = JSON.stringify(members.map((member) => Properties[member] ?? null));
      const other = seen.get(does);
      if (other !== undefined) yield { at: id, message: `does the same as ${other}` };
      seen.set(does, id);
    }
  }
};
