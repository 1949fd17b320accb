import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseFailover } from '../../config/define-failover.ts';
import { type Region, region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { DeadLetters } from '../../infra/constructs/dead-letters.ts';
import { Topics } from '../../infra/constructs/topics.ts';
import example from '../../understudy.config.ts';

export const failover: Failover = parseFailover(example);

export interface Surroundings {
  readonly stack: Stack;
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
}

/** The template of a stack in one region that holds what `build` puts into it, beside topics and dead letters. */
export function synthesised(of: Failover, where: Region, build: (surroundings: Surroundings) => void): Template {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Test', {
    env: { account: of.account, region: where },
  });
  const topics = new Topics(stack, 'Topics', { failover: of });
  const deadLetters = new DeadLetters(stack, 'DeadLetters', { failover: of, topics });
  build({ stack, topics, deadLetters });
  return Template.fromStack(stack);
}

/** Observers of the example: one that runs the machine too, and one that only looks. */
export const control = region('us-west-2');
export const looksOnly = region('ca-central-1');

/** The properties of every resource of a type. */
export function all<Properties>(template: Template, type: string): Properties[] {
  return Object.values(template.findResources(type)).map((resource) => resource['Properties'] as Properties);
}
