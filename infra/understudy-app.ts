import { App, Validations } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { ChatStack } from './stacks/chat-stack.ts';
import { RegionStack } from './stacks/region-stack.ts';

/**
 * Every stack of a configuration: one for each region that has a role. No stack looks anything up, and none reads what
 * another made: each region stands, and is deployed, by itself. `outdir` is where the assembly goes; the `cdk` command
 * says it in `CDK_OUTDIR`, and then it is that.
 */
export function understudyApp(failover: Failover, { outdir }: { readonly outdir?: string } = {}): App {
  const app = new App({
    analyticsReporting: false,
    // In the code and not in cdk.json, so that a test, a synth and a deployment see the same.
    context: featureFlags,
    ...(outdir !== undefined && { outdir }),
  });
  const regions = regionsOf(failover);
  const stacks = regions.map((region) => new RegionStack(app, `${failover.name}-${region}`, { failover, region }));
  const channel = failover.notify.slackChannel;
  if (channel !== undefined) {
    const chat = new ChatStack(app, `${failover.name}-chat`, { failover, channel, regions });
    for (const stack of stacks) chat.addDependency(stack, 'It listens to its topics.');
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The ledger's region first: what runs elsewhere writes into its table. */
function regionsOf({ ledger, controlRegions, observers }: Failover): readonly Region[] {
  return [...new Set([ledger.region, ...controlRegions, ...observers])];
}
