import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Failover } from '../core/service.ts';
import { understudyChecks } from './checks/plugin.ts';
import { type AppOptions, plainApp } from './plain-app.ts';

/** What `npm run synth` synthesises: AWS's validator, cdk-nag and our own checks look at every template. */
export function understudyApp(failover: Failover, options: AppOptions = {}): App {
  const app = plainApp(failover, { ...options, validated: true });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), understudyChecks(failover));
  return app;
}
