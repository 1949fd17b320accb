import { afterAll, describe, expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import { lambdaVantages } from '../../../handlers/adapters/vantages.lambda.ts';
import { type VantageResult, vantageEventSchema } from '../../../synthetics/vantage-contract.ts';
import { east, vantagesContract } from '../../contracts/observers.contract.ts';
import { type Functions, startFunctions } from './functions.ts';

const functions: Functions = {};
const { aws, clientIn } = await startFunctions(functions);
afterAll(() => aws.close());

const vantages = (overheadMs = 4_000) => lambdaVantages({ clientIn, functionName: 'understudy-vantage', overheadMs });
const ask = (overheadMs?: number) =>
  vantages(overheadMs).burst(region('ca-central-1'), [east], { count: 1, intervalMs: 0 });

vantagesContract('Lambda', async (see) => {
  functions['understudy-vantage'] = (payload, name): VantageResult => {
    const { targets, burst } = vantageEventSchema.parse(payload);
    const observer = region(name);
    const observations = targets.flatMap(({ target, url }) =>
      Array.from({ length: burst.count }, () => ({
        observer,
        target,
        at: 1_000,
        latencyMs: 7,
        outcome: see(name, url),
      })),
    );
    return { observer, startedAt: 1_000, observations };
  };
  return vantages();
});

describe('the vantages by Lambda, when something is wrong', () => {
  test('an error of the function is told by type and message, without its trace', async () => {
    functions['understudy-vantage'] = () => {
      throw new TypeError('AWS_REGION is not set');
    };

    await expect(ask()).rejects.toMatchObject({
      name: 'ObserverUnavailable',
      message: expect.stringMatching(/^ca-central-1: .*TypeError: AWS_REGION is not set$/),
      cause: expect.any(Error),
    });
  });

  test.each([undefined, 'fine', { observations: [] }, { observer: 'ca-central-1', startedAt: 1, observations: [{}] }])(
    'an answer that is none (%j) is not taken for silence of the target',
    async (answer) => {
      functions['understudy-vantage'] = () => answer;

      await expect(ask()).rejects.toMatchObject({ name: 'ObserverUnavailable' });
    },
  );

  test('an observer that answers as another one has no vote', async () => {
    functions['understudy-vantage'] = () => ({ observer: 'us-east-2', startedAt: 1, observations: [] });

    await expect(ask()).rejects.toThrow('ca-central-1: Error: answered as us-east-2');
  });

  test('a function that is not there, and a region that is lost, abstain', async () => {
    delete functions['understudy-vantage'];
    await expect(ask()).rejects.toMatchObject({ cause: { name: 'ResourceNotFoundException' } });

    const lost = aws.faults.set({ region: 'ca-central-1', fault: 'refused' });
    await expect(ask()).rejects.toMatchObject({ name: 'ObserverUnavailable' });
    aws.faults.clear(lost);
  });

  test('an observer that does not answer is given up', async () => {
    functions['understudy-vantage'] = () => ({});
    const hanging = aws.faults.set({ fault: 'hang' });
    const impatient = { ...east, healthy: { ...east.healthy, timeoutMs: 20 } };

    const asked = vantages(30).burst(region('ca-central-1'), [impatient], { count: 1, intervalMs: 0 });

    await expect(asked).rejects.toMatchObject({ name: 'ObserverUnavailable', cause: { name: 'Overdue' } });
    aws.faults.clear(hanging);
  });
});
