import { existsSync } from 'node:fs';
import { createdVariable, requireLevers, withCreated } from '../config/created-levers.ts';
import { loadDeployed, loadFailover, loadOutputs } from '../config/load.ts';
import type { Failover } from '../core/service.ts';
import { type Invocation, text } from './command.ts';

export const defaultFile = 'understudy.config.ts';

/** What `cdk deploy --outputs-file` is told to write, in the folder that it is run in. */
export const defaultOutputs = 'cdk-outputs.json';

/**
 * The configuration of what is deployed: with what the deployment made for its levers, from the environment, from
 * `--outputs`, or from the file of that name where it is there. Throws `ConfigurationFault` where a lever lacks something.
 */
export async function deployedFailover(invocation: Invocation, file: string): Promise<Failover> {
  const created = process.env[createdVariable];
  if (created !== undefined && created !== '') return loadDeployed(file, created);
  return requireLevers(await plannedFailover(invocation, file), file);
}

/** The same, as far as it is known yet. */
export async function plannedFailover(invocation: Invocation, file: string): Promise<Failover> {
  const failover = await loadFailover(file);
  const outputs = text(invocation, 'outputs') ?? (existsSync(defaultOutputs) ? defaultOutputs : undefined);
  const made = outputs === undefined ? null : await loadOutputs(outputs, failover);
  return made === null ? failover : withCreated(failover, made);
}
