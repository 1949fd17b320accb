import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as CloudFrontFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import { describe, expect, test } from 'vitest';
import { Understudy, type UnderstudyProps } from '../../infra/understudy.ts';
import { edgeFunctionIn } from '../../sandbox/edge-function.ts';
import example from '../../understudy.config.ts';
import { byControls, byStore } from './planned.ts';

const failover = { ...example, services: [byStore()] };
const theirs = `async function handler(event) {
  if (event.request.uri === '/old') return { statusCode: 301, headers: { location: { value: '/' } } };
  return steer(event);
}`;

function app(props: Partial<UnderstudyProps>) {
  const root = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  const understudy = new Understudy(root, 'Understudy', { failover, ...props });
  const shop = new Stack(root, 'shop', { env: { account: example.account, region: 'us-east-1' } });
  return { root, understudy, shop };
}

const functionsIn = (stack: Stack) =>
  Object.values(Template.fromStack(stack).findResources('AWS::CloudFront::Function'));

describe('a viewer-request function that an app has already', () => {
  test('is what Understudy makes its own of', () => {
    const { understudy, shop } = app({ viewerRequest: FunctionCode.fromInline(theirs) });
    const [made, ...others] = functionsIn(understudy.levers);

    expect(others).toEqual([]);
    expect(made?.['Properties'].FunctionCode).toMatch(/uri === '\/old'.*const steer=\(function\(cf\)\{.*"s\/orders"/s);
    expect(understudy.viewerRequest(shop).functionArn).toBe(
      `arn:aws:cloudfront::${example.account}:function/understudy-viewer-request`,
    );
  });

  test('stays in its stack with viewerRequest none, and reads the store of the levers wherever that stack is', () => {
    const { root, understudy, shop } = app({ viewerRequest: 'none' });
    new CloudFrontFunction(shop, 'ViewerRequest', {
      runtime: FunctionRuntime.JS_2_0,
      code: understudy.steering(FunctionCode.fromInline(theirs)),
      keyValueStore: understudy.store(shop),
    });
    const { stacks } = root.synth();
    const [function_] = functionsIn(shop);

    expect(functionsIn(understudy.levers)).toEqual([]);
    expect(function_?.['Properties'].FunctionConfig.KeyValueStoreAssociations).toEqual([
      {
        KeyValueStoreARN: {
          'Fn::GetStackOutput': expect.objectContaining({ StackName: 'understudy-levers', Region: 'us-west-2' }),
        },
      },
    ]);
    const assembled = stacks.map(({ stackName: name, environment: { region }, template }) => ({
      name,
      region,
      template,
    }));
    expect(edgeFunctionIn(assembled)).toBe(function_?.['Properties'].FunctionCode);
    expect(() => understudy.viewerRequest(shop)).toThrow("viewerRequest: 'none' makes no function");
  });

  test('may name the store of the configuration', () => {
    const storeArn = `arn:aws:cloudfront::${example.account}:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11`;
    const service = byStore();
    const lever = { ...service.lever, storeArn } as typeof service.lever;
    const { understudy, shop } = app({ failover: { ...failover, services: [{ ...service, lever }] } });

    expect(understudy.store(shop).keyValueStoreArn).toBe(storeArn);
  });

  test('is refused where it is longer than CloudFront takes, and where nothing moves by a KeyValueStore', () => {
    const long = FunctionCode.fromInline(`${theirs}\n//${'x'.repeat(8_000)}`);

    expect(() => app({ viewerRequest: long })).toThrow(/is \d+ bytes long with steer\(\)/);
    expect(() => app({ viewerRequest: 'none' }).understudy.steering(long)).toThrow(/is \d+ bytes long with steer\(\)/);
    const { understudy, shop } = app({ failover: { ...example, services: [byControls()] } });
    expect(() => understudy.store(shop)).toThrow('no service of the configuration moves by a KeyValueStore');
  });
});
