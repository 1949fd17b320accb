import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Function as CloudFrontFunction,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { expect, test } from 'vitest';
import { cloudfront } from '../../infra/checks/cloudfront.ts';
import { Understudy } from '../../infra/understudy.ts';
import example from '../../understudy.config.ts';
import { byControls, byStore } from './planned.ts';

const failover = { ...example, services: [byStore()] };

function front(originId?: string) {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  const understudy = new Understudy(app, 'Understudy', { failover });
  const stack = new Stack(app, 'front', { env: { account: example.account, region: 'us-east-1' } });
  const origin = new HttpOrigin('old.example.com', originId === undefined ? {} : { originId });
  const distribution = new Distribution(stack, 'Distribution', { defaultBehavior: { origin } });
  const config = () =>
    Object.values(Template.fromStack(stack).findResources('AWS::CloudFront::Distribution'))[0]?.['Properties']
      .DistributionConfig;
  return { app, understudy, stack, distribution, origin, config };
}

const idsIn = (config: { readonly Origins: readonly { readonly Id: string }[] }) => config.Origins.map(({ Id }) => Id);

test('a distribution gets the origins that it lacks, at the endpoints, and CloudFront would take it', () => {
  const { understudy, distribution, config, stack } = front();
  understudy.fromDistribution(distribution);

  expect(idsIn(config())).toEqual([expect.stringMatching(/^front/), 'orders-us-east-1', 'orders-us-west-2']);
  expect(config().Origins[1]).toMatchObject({
    DomainName: 'orders-us-east-1.example.com',
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
  });
  const subject = { template: Template.fromStack(stack).toJSON() } as Parameters<typeof cloudfront>[0];
  expect([...cloudfront(subject)]).toEqual([]);
});

test('an origin that has the id stays as it is', () => {
  const { understudy, distribution, config } = front('orders-us-east-1');
  understudy.fromDistribution(distribution, { orders: { 'us-west-2': 'west.internal.example.com' } });

  expect(config().Origins.map(({ Id, DomainName }: { Id: string; DomainName: string }) => [Id, DomainName])).toEqual([
    ['orders-us-east-1', 'old.example.com'],
    ['orders-us-west-2', 'west.internal.example.com'],
  ]);
});

test('every behaviour gets the function, one that is added later too', () => {
  const { understudy, distribution, origin, config } = front();
  understudy.fromDistribution(distribution);
  distribution.addBehavior('/later/*', origin);
  const association = {
    EventType: 'viewer-request',
    FunctionARN: `arn:aws:cloudfront::${example.account}:function/understudy-viewer-request`,
  };

  expect(config().DefaultCacheBehavior.FunctionAssociations).toEqual([association]);
  expect(config().CacheBehaviors[0].FunctionAssociations).toEqual([association]);
});

test('a behaviour with a viewer-request function is refused, with what to do', () => {
  const { understudy, distribution, origin, stack, config } = front();
  const theirs = new CloudFrontFunction(stack, 'Theirs', {
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline('function handler(event) { return event.request; }'),
  });
  distribution.addBehavior('/x/*', origin, {
    functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: theirs }],
  });
  understudy.fromDistribution(distribution);

  expect(config).toThrow(/front\/Distribution: a behaviour has a viewer-request function already; have it call steer/);
});

test('a configuration that moves nothing by a KeyValueStore has no distribution to steer', () => {
  const { app, distribution } = front();
  const other = { ...example, name: 'other', services: [byControls()] };

  expect(() => new Understudy(app, 'Other', { failover: other }).fromDistribution(distribution)).toThrow(
    'no service of the configuration moves by a KeyValueStore',
  );
});
