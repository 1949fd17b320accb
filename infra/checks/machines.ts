import { liveAlias } from '../../deployment/names.ts';
import type { GuardedMachine } from '../../workflows/guarded.ts';
import { type Check, listOf, type Named, referredId, resourcesOf, type Template } from './template.ts';

/**
 * Every state that does something ends by itself, knows where an error leads, and calls what is deployed beside it; a function
 * is stopped before its Task gives up on it, for what nobody waits for must not act.
 */
export const machines: Check = function* ({ template }) {
  for (const { id, Properties } of resourcesOf(template, 'AWS::StepFunctions::StateMachine')) {
    const text: unknown = Properties?.['DefinitionString'];
    if (typeof text !== 'string') {
      yield { at: id, message: 'has a definition that is known only when it is deployed: write literal ARNs' };
      continue;
    }
    const machine = JSON.parse(text) as Definition;
    if (machine.TimeoutSeconds === undefined) yield { at: id, message: 'has no timeout' };
    for (const [name, state] of statesOf(machine)) {
      for (const message of faultsOf(state, template)) yield { at: `${id}.${name}`, message };
    }
    if (Properties?.['LoggingConfiguration']?.Level !== 'ALL') yield { at: id, message: 'does not log everything' };
    if (Properties?.['LoggingConfiguration']?.IncludeExecutionData === true) {
      yield { at: id, message: 'logs its data, and among them task tokens, with which anybody may approve' };
    }
    if (Properties?.['TracingConfiguration']?.Enabled !== true) yield { at: id, message: 'is not traced' };
    yield* publication(id, template);
  }
};

/** A deployment goes over at once, leaves what runs alone, and can be taken back: by an alias, and versions that stay. */
function* publication(machine: string, template: Template) {
  const versions = resourcesOf(template, 'AWS::StepFunctions::StateMachineVersion').filter(
    ({ Properties }) => referredId(Properties?.['StateMachineArn']) === machine,
  );
  for (const { id, Properties, UpdateReplacePolicy } of versions) {
    if (referredId(Properties?.['StateMachineRevisionId']) !== machine) {
      yield { at: id, message: 'does not follow the revision of its machine: a new definition would not be published' };
    }
    if (UpdateReplacePolicy !== 'Retain') yield { at: id, message: 'is deleted when the next one is published' };
  }
  const published = new Set(versions.map(({ id }) => id));
  const leading = resourcesOf(template, 'AWS::StepFunctions::StateMachineAlias').filter(
    ({ Properties }) =>
      Properties?.['Name'] === liveAlias &&
      listOf(Properties?.['RoutingConfiguration']).some((route) =>
        published.has(referredId((route as { StateMachineVersionArn?: unknown }).StateMachineVersionArn) ?? ''),
      ),
  );
  if (leading.length === 0) yield { at: machine, message: `has no alias ${liveAlias}, which everything starts` };
}

type Definition = Pick<GuardedMachine, 'TimeoutSeconds'> & { readonly States: Readonly<Record<string, State>> };

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string; readonly TopicArn?: string };
  readonly TimeoutSeconds?: number | string;
  readonly Branches?: readonly Pick<Definition, 'States'>[];
  readonly ItemProcessor?: Pick<Definition, 'States'>;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[] }[];
}

/** All of them, those within others too. */
function* statesOf({ States }: Pick<Definition, 'States'>): Generator<[string, State]> {
  for (const [name, state] of Object.entries(States)) {
    yield [name, state];
    for (const inner of [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])]) {
      yield* statesOf(inner);
    }
  }
}

function* faultsOf(state: State, template: Template): Generator<string> {
  if ((state.Type === 'Parallel' || state.Type === 'Map') && !catchesAll(state)) yield 'does not catch every error';
  if (state.Type !== 'Task') return;
  if (state.TimeoutSeconds === undefined) yield 'has no timeout';
  if (!catchesAll(state)) yield 'does not catch every error';
  const { FunctionName, TopicArn } = state.Arguments ?? {};
  if (FunctionName !== undefined) {
    const target = functionNamed(template, FunctionName);
    if (target === null) yield `calls ${FunctionName}, which is not deployed beside it`;
    else if (
      typeof state.TimeoutSeconds === 'number' &&
      Number(target.Properties?.['Timeout']) >= state.TimeoutSeconds
    ) {
      yield `gives up after ${state.TimeoutSeconds} s on a function that may run for ${target.Properties?.['Timeout']} s`;
    }
  } else if (TopicArn !== undefined) {
    if (!hasTopic(template, TopicArn)) yield `publishes to ${TopicArn}, which is not deployed beside it`;
  } else yield `calls ${state.Resource}, which no check here knows`;
}

const catchesAll = ({ Catch }: State): boolean =>
  Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')) === true;

function functionNamed(template: Template, arn: string): Named | null {
  const name = arn.split(':function:')[1];
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties?.['FunctionName'] === name,
  );
  return found ?? null;
}

function hasTopic(template: Template, arn: string): boolean {
  const name = arn.split(':').at(-1);
  return listOf(resourcesOf(template, 'AWS::SNS::Topic')).some(
    (topic) => (topic as Named).Properties?.['TopicName'] === name,
  );
}
