import type {
  DeleteStateMachineVersionInput,
  ListStateMachineVersionsInput,
  PublishStateMachineVersionInput,
} from '@aws-sdk/client-sfn';
import type { Operation } from '../../aws/service.ts';
import { AwsError } from '../../aws/service.ts';
import { page } from './page.ts';
import { initialRevision, type Store, type StoredVersion } from './store.ts';

/** The operations on versions: numbered snapshots of a state machine, which never change. */
export const versionOperations = (store: Store, now: () => number): Record<string, Operation> => ({
  async PublishStateMachineVersion({ stateMachineArn, revisionId, description }: PublishStateMachineVersionInput) {
    const version = publish(store, stateMachineArn as string, { revisionId, description, at: now() });
    return { stateMachineVersionArn: version.arn, creationDate: new Date(version.createdAt) };
  },

  async ListStateMachineVersions(input: ListStateMachineVersionsInput) {
    const { arn } = store.machine(input.stateMachineArn as string);
    const { items, ...rest } = page(store.versionsOf(arn).reverse(), input);
    return {
      stateMachineVersions: items.map(({ arn, createdAt }) => ({
        stateMachineVersionArn: arn,
        creationDate: new Date(createdAt),
      })),
      ...rest,
    };
  },

  async DeleteStateMachineVersion({ stateMachineVersionArn: arn }: DeleteStateMachineVersionInput) {
    const holders = [...store.aliases.values()].filter(({ routing }) =>
      routing.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn),
    );
    if (holders.length > 0) {
      throw new AwsError(
        'ConflictException',
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${holders.map(({ name }) => name).join(', ')}]`,
        { status: 409 },
      );
    }
    store.versions.delete(arn as string);
    return {};
  },
});

interface Publication {
  readonly revisionId?: string | undefined;
  readonly description?: string | undefined;
  readonly at: number;
}

/** The version of the machine's present revision: one that there is already, or the next. Numbers are never used twice. */
export function publish(store: Store, machineArn: string, { revisionId, description, at }: Publication): StoredVersion {
  const machine = store.machine(machineArn);
  const current = machine.revisionId ?? initialRevision;
  if (revisionId !== undefined && revisionId !== current) {
    throw new AwsError(
      'ConflictException',
      `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
      { status: 409 },
    );
  }
  const existing = store
    .versionsOf(machineArn)
    .find(({ machine: published }) => (published.revisionId ?? initialRevision) === current);
  if (existing !== undefined) return existing;
  const number = (store.lastVersion.get(machineArn) ?? 0) + 1;
  const version = { arn: `${machineArn}:${number}`, machine, description, createdAt: at };
  store.lastVersion.set(machineArn, number);
  store.versions.set(version.arn, version);
  return version;
}
