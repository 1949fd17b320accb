import { isExpression } from '../expression.ts';
import { parseTimestamp } from '../state/wait.ts';
import type { Raw, Surroundings } from './surroundings.ts';
import { diagnoseNumber, diagnoseTemplate } from './template.ts';

export function diagnoseWait(raw: Raw, location: string, { report }: Surroundings): void {
  const given = ['Seconds', 'Timestamp'].filter((field) => raw[field] !== undefined);
  if (given.length !== 1) {
    report.schema("Exactly one of the fields 'Seconds' and 'Timestamp' must be given", location);
    return;
  }
  diagnoseNumber(raw, 'Seconds', [0, 99_999_999], location, report);
  diagnoseTemplate(raw, 'Timestamp', location, report);
  const timestamp = raw['Timestamp'];
  if (timestamp === undefined || (typeof timestamp === 'string' && isExpression(timestamp))) return;
  if (typeof timestamp !== 'string' || parseTimestamp(timestamp) === null) {
    report.schema('The field must be an ISO-8601 extended offset date-time', `${location}/Timestamp`);
  }
}
