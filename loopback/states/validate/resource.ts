import { parseResource } from '../resource.ts';
import { integrationOf } from '../tasks/integrations.ts';
import type { Report } from './report.ts';

export function diagnoseResource(arn: unknown, location: string, report: Report): void {
  const resource = typeof arn === 'string' ? parseResource(arn) : null;
  if (resource === null) {
    report.add('INVALID_RESOURCE', `The resource is no function and no service integration: ${arn}`, location);
  } else if (resource.kind === 'service' && integrationOf(resource) === null) {
    report.schema(`The resource provided ${arn} is not recognized: the sandbox has nothing behind it`, location);
  }
}
