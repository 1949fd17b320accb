import { App } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import type { BuiltTopology } from '../config/built-topology.ts';
import type { Failover } from '../core/service.ts';
import { addStacks } from './stacks/stacks.ts';

export interface AppOptions {
  /** Where the assembly goes; the `cdk` command says it in `CDK_OUTDIR`, and then it is that. */
  readonly outdir?: string;
  readonly topology?: BuiltTopology | undefined;
}

/**
 * An app of nothing but the stacks of a configuration. `validated` is whether AWS's validator looks at every template when it is
 * synthesised, which costs more than the synthesis.
 */
export function plainApp(
  failover: Failover,
  { outdir, topology, validated }: AppOptions & { readonly validated: boolean },
): App {
  const app = new App({
    analyticsReporting: false,
    // In the code and not in cdk.json, so that a test, a synth and a deployment see the same.
    // A template takes 1,000,000 bytes, and more than a quarter of them would be blanks.
    context: { ...featureFlags, '@aws-cdk/core:suppressTemplateIndentation': true },
    ...(outdir !== undefined && { outdir }),
    ...(!validated && { builtinCloudFormationValidation: false }),
  });
  addStacks(app, failover, { topology });
  return app;
}
