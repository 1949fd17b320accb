import { readFileSync, statSync } from 'node:fs';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { findingsIn } from './checks.ts';
import { withShared } from './shared.ts';

/** Has the CDK run our checks with every synthesis, so that what they find is never deployed. */
export function understudyChecks(failover: Failover): IPolicyValidationPlugin {
  return {
    name: 'Understudy',
    validate({ stackTemplates }: IPolicyValidationContext): PolicyValidationPluginReport {
      const subjects = stackTemplates.map(({ stackConstructPath, templatePath, region: where }) => ({
        template: JSON.parse(readFileSync(templatePath, 'utf8')),
        stack: stackConstructPath,
        region: region(where ?? ''),
        failover,
        bytes: statSync(templatePath).size,
        templatePath,
      }));
      const violations = withShared(subjects).flatMap((subject) =>
        findingsIn(subject).map(({ check, at, message }) => ({
          ruleName: check,
          description: `${at} ${message}`,
          severity: 'error',
          violatingResources: [
            {
              resourceLogicalId: at.split('.')[0] ?? at,
              templatePath: subject.templatePath,
              locations: [at],
            },
          ],
        })),
      );
      return { success: violations.length === 0, violations };
    },
  };
}
