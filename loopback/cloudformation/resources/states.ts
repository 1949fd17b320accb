import * as z from 'zod';
import { ResourceError } from '../error.ts';
import type { Providers } from '../providers.ts';
import { number, resourceType, text } from '../resource-type.ts';

export const stateMachine = resourceType({
  schema: z.strictObject({
    DefinitionString: text,
    RoleArn: text,
    StateMachineName: text.optional(),
    StateMachineType: z.literal('STANDARD').optional(),
  }),
  unheld: {
    LoggingConfiguration: 'histories are read by GetExecutionHistory',
    TracingConfiguration: 'there are no traces on loopback',
  },
  named: 'StateMachineName',
  async create({ DefinitionString, RoleArn, StateMachineName }, where, { aws, iam }) {
    refuseUntrusting(RoleArn, iam);
    const { region } = where;
    const name = StateMachineName ?? where.generatedName(80);
    const { stateMachineArn } = await aws.call(
      'states',
      'CreateStateMachine',
      { name, definition: DefinitionString, roleArn: RoleArn, type: 'STANDARD' },
      { region },
    );
    const arn = String(stateMachineArn);
    return { id: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: 'INITIAL' } };
  },
  async update({ DefinitionString, RoleArn }, made, { region }, { aws, iam }) {
    refuseUntrusting(RoleArn, iam);
    const { revisionId } = await aws.call(
      'states',
      'UpdateStateMachine',
      { stateMachineArn: made.id, definition: DefinitionString, roleArn: RoleArn },
      { region },
    );
    const attributes = { ...made.attributes, ...(revisionId !== undefined && { StateMachineRevisionId: revisionId }) };
    return { id: made.id, attributes };
  },
  async remove(_, { id }, { region }, { aws }) {
    await aws.call('states', 'DeleteStateMachine', { stateMachineArn: id }, { region });
  },
});

function refuseUntrusting(roleArn: string, iam: Providers['iam']): void {
  if (iam.mayAssume(roleArn, 'states.amazonaws.com', {})) return;
  throw new ResourceError(
    `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role: ${roleArn}`,
  );
}

/** Every change is another version: versions never change. */
export const stateMachineVersion = resourceType({
  schema: z.strictObject({
    StateMachineArn: text,
    StateMachineRevisionId: text.optional(),
    Description: text.optional(),
  }),
  async create({ StateMachineArn, StateMachineRevisionId, Description }, { region }, { aws }) {
    const { stateMachineVersionArn } = await aws.call(
      'states',
      'PublishStateMachineVersion',
      { stateMachineArn: StateMachineArn, revisionId: StateMachineRevisionId, description: Description },
      { region },
    );
    return { id: String(stateMachineVersionArn), attributes: { Arn: stateMachineVersionArn } };
  },
  async remove(_, { id }, { region }, { aws }) {
    await aws.call('states', 'DeleteStateMachineVersion', { stateMachineVersionArn: id }, { region });
  },
});

export const stateMachineAlias = resourceType({
  schema: z.strictObject({
    Name: text,
    Description: text.optional(),
    RoutingConfiguration: z.array(z.strictObject({ StateMachineVersionArn: text, Weight: number })).min(1),
  }),
  immutable: ['Name'],
  async create({ Name, Description, RoutingConfiguration }, { region }, { aws }) {
    const { stateMachineAliasArn } = await aws.call(
      'states',
      'CreateStateMachineAlias',
      { name: Name, description: Description, routingConfiguration: routing(RoutingConfiguration) },
      { region },
    );
    return { id: String(stateMachineAliasArn), attributes: { Arn: stateMachineAliasArn } };
  },
  async update({ Description, RoutingConfiguration }, made, { region }, { aws }) {
    await aws.call(
      'states',
      'UpdateStateMachineAlias',
      {
        stateMachineAliasArn: made.id,
        description: Description,
        routingConfiguration: routing(RoutingConfiguration),
      },
      { region },
    );
    return made;
  },
  async remove(_, { id }, { region }, { aws }) {
    await aws.call('states', 'DeleteStateMachineAlias', { stateMachineAliasArn: id }, { region });
  },
});

const routing = (configuration: readonly { readonly StateMachineVersionArn: string; readonly Weight: number }[]) =>
  configuration.map(({ StateMachineVersionArn, Weight }) => ({
    stateMachineVersionArn: StateMachineVersionArn,
    weight: Weight,
  }));
