import { AwsError } from '../aws/service.ts';

const unitSeconds = { minute: 60, hour: 3600, day: 86_400 } as const;

/**
 * Seconds between two runs of `rate(5 minutes)`. One takes the singular, more the plural.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function rateSeconds(expression: string): number {
  if (expression.startsWith('cron(')) {
    throw new AwsError(
      'ValidationException',
      'Parameter ScheduleExpression: cron() is not played by the sandbox, rate() is.',
    );
  }
  const [, digits = '', unit = '', plural = ''] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const many = Number(digits);
  if (digits === '' || (many === 1) !== (plural === '')) {
    throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  }
  return many * unitSeconds[unit as keyof typeof unitSeconds];
}
