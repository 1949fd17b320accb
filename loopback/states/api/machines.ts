import { randomUUID } from 'node:crypto';
import type {
  CreateStateMachineInput,
  DeleteStateMachineInput,
  DescribeStateMachineForExecutionInput,
  DescribeStateMachineInput,
  ListStateMachinesInput,
  UpdateStateMachineInput,
  ValidateStateMachineDefinitionInput,
} from '@aws-sdk/client-sfn';
import type { Call, Operation } from '../../aws/service.ts';
import { AwsError } from '../../aws/service.ts';
import { diagnose } from '../validate/diagnose.ts';
import type { Diagnostic } from '../validate/report.ts';
import { checkArn, checkName, stateMachineArn } from './arn.ts';
import { compileDefinition } from './definition.ts';
import { page } from './page.ts';
import type { Store, StoredMachine } from './store.ts';
import { publish } from './versions.ts';

/** The operations on state machines. */
export function machineOperations(store: Store, now: () => number): Record<string, Operation> {
  const published = (arn: string, input: Publishing) =>
    input.publish === true && {
      stateMachineVersionArn: publish(store, arn, { description: input.versionDescription, at: now() }).arn,
    };
  return {
    async CreateStateMachine(input: CreateStateMachineInput, { region, account }: Call) {
      checkName(input.name as string);
      refuseUnsupported(input);
      checkVersionDescription(input);
      const arn = stateMachineArn(region, account, input.name as string);
      const machine = compileDefinition(input.definition as string);
      const existing = store.machines.get(arn);
      if (existing !== undefined && !sameMachine(existing, input)) {
        throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
      }
      const created: StoredMachine = existing ?? {
        arn,
        name: input.name as string,
        definition: input.definition as string,
        machine,
        roleArn: input.roleArn as string,
        createdAt: now(),
        updatedAt: now(),
      };
      store.machines.set(arn, created);
      return {
        stateMachineArn: arn,
        creationDate: new Date(created.createdAt),
        ...published(arn, input),
      };
    },

    async UpdateStateMachine(input: UpdateStateMachineInput) {
      const existing = store.machine(input.stateMachineArn as string);
      checkVersionDescription(input);
      const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
      if (![definition, roleArn, loggingConfiguration, tracingConfiguration].some((given) => given !== undefined)) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
        );
      }
      const changed =
        (definition !== undefined && definition !== existing.definition) ||
        (roleArn !== undefined && roleArn !== existing.roleArn);
      // What changes nothing makes no revision, so what it publishes is the version that is there: so AWS was recorded to do it.
      const revisionId = changed ? randomUUID() : existing.revisionId;
      const updated: StoredMachine = {
        ...existing,
        ...(definition !== undefined && { definition, machine: compileDefinition(definition) }),
        ...(roleArn !== undefined && { roleArn }),
        updatedAt: now(),
        ...(revisionId !== undefined && { revisionId }),
      };
      store.machines.set(existing.arn, updated);
      return {
        updateDate: new Date(updated.updatedAt),
        ...(revisionId !== undefined && { revisionId }),
        ...published(existing.arn, input),
      };
    },

    async DeleteStateMachine({ stateMachineArn: arn }: DeleteStateMachineInput) {
      checkArn(arn as string, 'stateMachine');
      // With everything that was published of it. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
      for (const kept of [store.machines, store.versions, store.aliases]) {
        for (const key of [...kept.keys()]) if (key === arn || key.startsWith(`${arn}:`)) kept.delete(key);
      }
      return {};
    },

    async DescribeStateMachine({ stateMachineArn: arn }: DescribeStateMachineInput) {
      // Of an alias with two versions, the first: what AWS says of one is not written anywhere.
      const { machine, versionArn } = store.resolve(arn as string, () => 0);
      const version = store.versions.get(versionArn ?? '');
      return {
        ...describe(machine),
        ...(version !== undefined && { stateMachineArn: version.arn }),
        ...(version?.description !== undefined && { description: version.description }),
        status: 'ACTIVE',
        type: 'STANDARD',
        creationDate: new Date(version?.createdAt ?? machine.createdAt),
      };
    },

    async DescribeStateMachineForExecution({ executionArn }: DescribeStateMachineForExecutionInput) {
      const { machine } = store.execution(executionArn as string);
      return { ...describe(machine), updateDate: new Date(machine.updatedAt) };
    },

    async ListStateMachines(input: ListStateMachinesInput, { region, account }: Call) {
      const here = [...store.machines.values()].filter(
        ({ arn, name }) => arn === stateMachineArn(region, account, name),
      );
      const { items, ...rest } = page(
        here.sort((a, b) => (a.name < b.name ? -1 : 1)),
        input,
      );
      return {
        stateMachines: items.map(({ arn, name, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type: 'STANDARD',
          creationDate: new Date(createdAt),
        })),
        ...rest,
      };
    },

    async ValidateStateMachineDefinition({ definition }: ValidateStateMachineDefinitionInput) {
      const diagnostics = diagnose(definition as string);
      return { result: diagnostics.length === 0 ? 'OK' : 'FAIL', diagnostics: diagnostics.map(told), truncated: false };
    },
  };
}

interface Publishing {
  readonly publish?: boolean | undefined;
  readonly versionDescription?: string | undefined;
}

/** What nothing is published of cannot be described. */
function checkVersionDescription({ publish, versionDescription }: Publishing): void {
  if (versionDescription === undefined || publish === true) return;
  throw new AwsError('ValidationException', 'Version description can only be set when publish is true');
}

const told = ({ code, message, location }: Diagnostic) => ({
  severity: 'ERROR',
  code,
  message,
  ...(location !== undefined && { location }),
});

/** The sandbox runs standard workflows; saying yes to anything else would be a lie. */
function refuseUnsupported({ type }: { type?: string | undefined }): void {
  if (type === 'EXPRESS') {
    throw new AwsError('StateMachineTypeNotSupported', 'State Machine Type is not supported by the sandbox: EXPRESS');
  }
}

const sameMachine = (existing: StoredMachine, { definition, roleArn }: CreateStateMachineInput): boolean =>
  existing.definition === definition && existing.roleArn === roleArn;

const describe = ({ arn, name, definition, roleArn, revisionId }: StoredMachine) => ({
  stateMachineArn: arn,
  name,
  definition,
  roleArn,
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
  encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  ...(revisionId !== undefined && { revisionId }),
});
