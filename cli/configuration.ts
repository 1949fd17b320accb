import { createdVariable, requireLevers } from '../config/created-levers.ts';
import { chosenStage, defaultFile, loadDeployed, loadFailover, withOutputs } from '../config/load.ts';
import type { Failover } from '../core/service.ts';
import { type Invocation, text } from './command.ts';

/** `--config`, or the file in this folder. */
export const configFile = (invocation: Invocation): string => text(invocation, 'config') ?? defaultFile;

/** `--stage`, or what the surroundings say; undefined for the environment that the file describes itself. */
export const stageOf = (invocation: Invocation): string | undefined => text(invocation, 'stage') ?? chosenStage();

/** As it is written, in the stage that was chosen. */
export const writtenFailover = (invocation: Invocation, file: string = configFile(invocation)): Promise<Failover> =>
  loadFailover(file, { stage: stageOf(invocation) });

/**
 * The configuration of what is deployed: with what the deployment made for its levers, from the environment, from
 * `--outputs`, or from the file of that name where it is there. Throws `ConfigurationMistake` where a lever lacks something.
 */
export async function deployedFailover(invocation: Invocation, file: string): Promise<Failover> {
  const created = process.env[createdVariable];
  if (created !== undefined && created !== '') return loadDeployed(file, created, { stage: stageOf(invocation) });
  return requireLevers(await plannedFailover(invocation, file), file);
}

/** The same, as far as it is known yet. */
export const plannedFailover = async (invocation: Invocation, file: string): Promise<Failover> =>
  withOutputs(await writtenFailover(invocation, file), {
    outputs: text(invocation, 'outputs'),
    stage: stageOf(invocation),
  });
