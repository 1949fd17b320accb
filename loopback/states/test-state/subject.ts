import { AwsError } from '../../aws/service.ts';
import { refuse } from '../api/definition.ts';
import type { RawMachine, RawState } from '../compile.ts';
import { isObject } from '../json.ts';
import type { Resource } from '../resource.ts';
import { parseResource } from '../resource.ts';
import { integrationOf } from '../tasks/integrations.ts';
import { diagnose } from '../validate/diagnose.ts';
import type { Diagnostic } from '../validate/report.ts';
import { invalid } from './mock.ts';

/** The state that is tried. */
export interface Subject {
  readonly name: string;
  readonly raw: RawState;
  /** Of a Task; null where nothing here knows it. */
  readonly resource: Resource | null;
}

/** What AWS calls a state that is given without a machine. */
const nameless = 'StateName';

/**
 * Finds the state, by its name in a whole definition, or as the definition itself. With a mock nothing of a state's own work is done,
 * so a resource that loopback has not, and a distributed map, may be tried.
 */
export function subjectOf(definition: string, stateName: string | undefined, mocked: boolean): Subject {
  let given: unknown;
  try {
    given = JSON.parse(definition);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    refuse(diagnose(definition));
  }
  const machine = stateName === undefined ? { StartAt: nameless, States: { [nameless]: given } } : given;
  const name = stateName ?? nameless;
  const states = isObject(machine) ? statesWith(machine, name) : undefined;
  if (states === undefined) throw invalid('State not found in definition');
  const original = states[name] as RawState;
  const resource = isObject(original) ? parseResource(String(original['Resource'])) : null;
  if (isObject(original)) states[name] = withoutWork(original, resource, mocked);
  const found = diagnose(JSON.stringify(machine)).filter((fault) => !isInside(fault, name));
  refuse(stateName === undefined ? found.filter((fault) => !isAboutOthers(fault)) : found);
  return { name, raw: states[name] as RawState, resource };
}

/** The States in which it is, at any depth: names are unique in a definition. */
function statesWith(machine: object, name: string): Record<string, unknown> | undefined {
  const { States } = machine as Partial<RawMachine>;
  if (!isObject(States)) return undefined;
  if (Object.hasOwn(States, name)) return States as Record<string, unknown>;
  for (const state of Object.values(States) as Partial<RawState>[]) {
    const inner = [...(Array.isArray(state?.['Branches']) ? state['Branches'] : []), state?.['ItemProcessor']];
    for (const machine of inner) {
      const found = isObject(machine) ? statesWith(machine, name) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** As a state that loopback can make, which is never asked to do its work: what is inside a Map is not even with no mock. */
function withoutWork(raw: RawState, resource: Resource | null, mocked: boolean): RawState {
  const { ItemProcessor: processor, Resource: arn } = raw as { ItemProcessor?: unknown; Resource?: unknown };
  if (isObject(processor)) {
    const { ProcessorConfig: _, ...inner } = processor;
    return { ...raw, ItemProcessor: inner };
  }
  const isKnown = resource?.kind === 'function' || (resource !== null && integrationOf(resource) !== null);
  if (!mocked || typeof arn !== 'string' || isKnown || !foreign.test(arn)) return raw;
  const callback = resource?.kind === 'service' && resource.pattern === 'waitForTaskToken';
  return { ...raw, Resource: `arn:aws:states:::lambda:invoke${callback ? '.waitForTaskToken' : ''}` };
}

/** A service's integration or an activity. */
const foreign = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:(activity:.+|[a-z0-9:-]+:[A-Za-z0-9]+(\.[A-Za-z0-9:]+)?)$/;

const inner = /\/(Branches\[|ItemProcessor\/)/;

/** A resource of a state within the tried one, which is never called. */
const isInside = ({ location = '' }: Diagnostic, name: string): boolean => {
  const [, path] = location.split(`/States/${name}/`);
  return path !== undefined && inner.test(`/${path}`) && path.endsWith('/Resource');
};

/** A state that stands alone leads to others that nobody gave. */
const isAboutOthers = ({ code, location = '' }: Diagnostic): boolean =>
  code === 'MISSING_END_STATE' || (code === 'MISSING_TRANSITION_TARGET' && !inner.test(location));

/** Without a mock, what TestState does not do. */
export function refuseWithoutMock({ raw, resource }: Subject, roleArn: string | undefined): void {
  if (raw.Type === 'Map' || raw.Type === 'Parallel') {
    throw new AwsError(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (raw.Type !== 'Task') return;
  if (roleArn === undefined) throw invalid('RoleArn must be specified when testing a Task state');
  if (resource?.kind === 'service' && resource.pattern !== 'request') {
    throw new AwsError(
      'InvalidDefinition',
      `TestState API does not support the '.${resource.pattern}' service integration pattern when a mock is not specified`,
    );
  }
}
