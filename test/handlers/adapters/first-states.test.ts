import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { handler } from '../../../handlers/first-states.lambda.ts';
import { arcRegions, createRoutingControlCluster } from '../../../loopback/aws/arc.ts';
import { AwsFaults } from '../../../loopback/aws/faults.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { controls } from '../../contracts/service.ts';
import { cloudFormationHere } from '../../support/cloudformation.ts';

const arns = Object.values(controls);
const [homeArn] = arns as [string, string];

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => void vi.unstubAllEnvs());

/** A cluster whose controls are as CloudFormation finds them, and what CloudFormation is answered. */
async function newStage(initial: readonly ('On' | 'Off')[]) {
  const faults = new AwsFaults();
  const arc = createRoutingControlCluster({ endpointIsUp: (endpoint) => !faults.endpointIsDown(endpoint) });
  arc.createCluster({
    controls: arns.map((arn, index) => ({
      arn,
      name: `control-${index}`,
      controlPanelArn: 'panel',
      controlPanelName: 'payments',
      initial: initial[index] ?? 'Off',
    })),
  });
  const aws = await startAwsServer({ port: 0, account: '123456789012', services: [arc], faults });
  onTestFinished(() => aws.close());
  const cloudFormation = await cloudFormationHere();
  return {
    faults,
    answers: cloudFormation.answers,
    states: () => arns.map((arn) => arc.state(arn)),
    request: (RequestType: 'Create' | 'Update' | 'Delete', properties: object = {}) =>
      handler({
        RequestType,
        ResponseURL: cloudFormation.url,
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'FirstStates',
        ResourceProperties: {
          endpoints: arcRegions.map((region, index) => ({ region, url: aws.arcUrls[index] })),
          home: homeArn,
          controls: arns,
          ...properties,
        },
      }),
  };
}

describe('the first states of routing controls', () => {
  test('are On for the home region alone', async () => {
    const { request, states, answers } = await newStage(['Off', 'Off']);

    await request('Create');

    expect(states()).toEqual(['On', 'Off']);
    expect(answers).toMatchObject([{ Status: 'SUCCESS', StackId: 'stack', RequestId: 'request' }]);
  });

  test('are left alone where any is On: live traffic is never flipped, whatever CloudFormation believes', async () => {
    const { request, states, answers } = await newStage(['Off', 'On']);

    for (const type of ['Create', 'Update', 'Delete'] as const) await request(type);

    expect(states()).toEqual(['Off', 'On']);
    expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });

  test('are written while two endpoints are away', async () => {
    const { request, states, faults } = await newStage(['Off', 'Off']);
    for (const endpoint of [0, 3]) faults.set({ service: 'arc', endpoint, fault: 'refused' });

    await request('Create');

    expect(states()).toEqual(['On', 'Off']);
  });

  test('fail the stack with a reason, and do not leave it waiting', async () => {
    const { request, answers } = await newStage(['Off', 'Off']);

    await request('Create', { endpoints: [] });

    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('endpoints') }]);
  });
});
