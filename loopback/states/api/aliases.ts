import type {
  CreateStateMachineAliasInput,
  DeleteStateMachineAliasInput,
  DescribeStateMachineAliasInput,
  ListStateMachineAliasesInput,
  RoutingConfigurationListItem,
  UpdateStateMachineAliasInput,
} from '@aws-sdk/client-sfn';
import type { Operation } from '../../aws/service.ts';
import { AwsError } from '../../aws/service.ts';
import { checkArn } from './arn.ts';
import { page } from './page.ts';
import type { Route, Store, StoredAlias } from './store.ts';

/** The operations on aliases: names for one version, or for two by weight. */
export const aliasOperations = (store: Store, now: () => number): Record<string, Operation> => ({
  async CreateStateMachineAlias(input: CreateStateMachineAliasInput) {
    const name = input.name as string;
    const routing = parseRouting(store, input.routingConfiguration);
    const arn = `${machineOf(routing)}:${name}`;
    const existing = store.aliases.get(arn);
    if (existing !== undefined && !sameAlias(existing, routing, input.description)) {
      throw new AwsError(
        'ConflictException',
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
        { status: 409 },
      );
    }
    const alias = existing ?? {
      arn,
      name,
      description: input.description,
      routing,
      createdAt: now(),
      updatedAt: now(),
    };
    store.aliases.set(arn, alias);
    return { stateMachineAliasArn: arn, creationDate: new Date(alias.createdAt) };
  },

  async UpdateStateMachineAlias(input: UpdateStateMachineAliasInput) {
    const existing = store.alias(input.stateMachineAliasArn as string, nowhere);
    const { description, routingConfiguration } = input;
    if (description === undefined && routingConfiguration === undefined) {
      throw invalid('Either the description or the routing configuration must be specified');
    }
    const routing = routingConfiguration === undefined ? existing.routing : parseRouting(store, routingConfiguration);
    if (!existing.arn.startsWith(`${machineOf(routing)}:`)) {
      throw invalid('An alias routes to versions of its own state machine');
    }
    const updatedAt = now();
    store.aliases.set(existing.arn, {
      ...existing,
      routing,
      ...(description !== undefined && { description }),
      updatedAt,
    });
    return { updateDate: new Date(updatedAt) };
  },

  async DescribeStateMachineAlias({ stateMachineAliasArn }: DescribeStateMachineAliasInput) {
    const { arn, name, description, routing, createdAt, updatedAt } = store.alias(stateMachineAliasArn as string);
    return {
      stateMachineAliasArn: arn,
      name,
      ...(description !== undefined && { description }),
      routingConfiguration: routing,
      creationDate: new Date(createdAt),
      updateDate: new Date(updatedAt),
    };
  },

  /** Of a machine, or of a version: those that route to it, in the order in which they were made. */
  async ListStateMachineAliases(input: ListStateMachineAliasesInput) {
    const { versionArn, machine } = store.resolve(input.stateMachineArn as string, () => 0);
    const oldestFirst = [...store.aliases.values()].filter(({ routing }) =>
      versionArn === undefined
        ? machineOf(routing) === machine.arn
        : routing.some(({ stateMachineVersionArn }) => stateMachineVersionArn === versionArn),
    );
    const { items, ...rest } = page(oldestFirst, input);
    return {
      stateMachineAliases: items.map(({ arn, createdAt }) => ({
        stateMachineAliasArn: arn,
        creationDate: new Date(createdAt),
      })),
      ...rest,
    };
  },

  /** One that is gone is deleted again without a word, as AWS does it. */
  async DeleteStateMachineAlias({ stateMachineAliasArn }: DeleteStateMachineAliasInput) {
    const arn = stateMachineAliasArn as string;
    checkArn(arn, 'stateMachine');
    store.aliases.delete(arn);
    return {};
  },
});

function parseRouting(store: Store, given: readonly RoutingConfigurationListItem[] = []): readonly Route[] {
  const routing = given.map(({ stateMachineVersionArn, weight }) => ({
    stateMachineVersionArn: stateMachineVersionArn as string,
    weight: weight as number,
  }));
  const arns = routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  if (!arns.every((arn) => /:\d+$/.test(arn))) {
    throw invalid(`Routing configuration must contain state machine version ARNs. Received: [${arns.join(', ')}]`);
  }
  if (new Set(arns).size < arns.length) {
    throw invalid(
      `Routing configuration must contain distinct state machine version ARNs. Received: [${arns.join(', ')}]`,
    );
  }
  const weights = routing.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalid(`Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`);
  }
  for (const arn of arns) {
    if (!store.versions.has(arn)) {
      throw new AwsError('ResourceNotFound', `State Machine Version Does Not Exist: '${arn}'`);
    }
  }
  if (new Set(routing.map((route) => machineOf([route]))).size > 1) {
    throw invalid('An alias routes to versions of one state machine');
  }
  return routing;
}

const machineOf = ([first]: readonly Route[]): string => (first?.stateMachineVersionArn ?? '').replace(/:\d+$/, '');

const sameAlias = (alias: StoredAlias, routing: readonly Route[], description: string | undefined): boolean =>
  alias.description === description && JSON.stringify(alias.routing) === JSON.stringify(routing);

const nowhere = 'Request references a resource that does not exist.';

const invalid = (why: string): AwsError => new AwsError('ValidationException', why);
