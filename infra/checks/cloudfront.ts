import { type Check, listOf, resourcesOf } from './template.ts';

/**
 * What CloudFront refuses when a distribution is deployed; no schema knows it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export const cloudfront: Check = function* ({ template }) {
  for (const { id, Properties } of resourcesOf(template, 'AWS::CloudFront::Distribution')) {
    const config: Config = Properties?.['DistributionConfig'] ?? {};
    const origins = listOf(config.Origins) as readonly { Id: string; ConnectionAttempts?: number }[];
    const groups = listOf(config.OriginGroups?.Items) as readonly Group[];
    const ids = [...origins.map(({ Id }) => Id), ...groups.map(({ Id }) => Id)];
    for (const repeated of ids.filter((name, index) => ids.indexOf(name) !== index)) {
      yield { at: id, message: `has two origins named ${repeated}` };
    }
    for (const behaviour of [config.DefaultCacheBehavior, ...(listOf(config.CacheBehaviors) as Behaviour[])]) {
      if (behaviour === undefined) continue;
      const at = `${id}.${behaviour.PathPattern ?? '*'}`;
      if (!ids.includes(behaviour.TargetOriginId)) {
        yield { at, message: `leads to ${behaviour.TargetOriginId}, which is no origin` };
      }
      const writes = listOf(behaviour.AllowedMethods).filter((method) => writing.has(String(method)));
      if (groups.some(({ Id }) => Id === behaviour.TargetOriginId) && writes.length > 0) {
        yield { at, message: `takes ${writes.join(', ')}, which CloudFront refuses for an origin group` };
      }
      for (const { EventType } of listOf(behaviour.FunctionAssociations) as { EventType: string }[]) {
        if (EventType !== 'viewer-request') yield { at, message: `chooses origins at ${EventType}, where it cannot` };
      }
    }
    for (const { Id, Members, FailoverCriteria } of groups) {
      const members = (listOf(Members?.Items) as { OriginId: string }[]).map(({ OriginId }) => OriginId);
      if (members.length !== 2) yield { at: `${id}.${Id}`, message: `has ${members.length} members, of exactly 2` };
      for (const member of members.filter((name) => !origins.some((origin) => origin.Id === name))) {
        yield { at: `${id}.${Id}`, message: `has the member ${member}, which is no origin` };
      }
      for (const code of listOf(FailoverCriteria?.StatusCodes?.Items)) {
        if (!failoverCodes.has(Number(code)))
          yield { at: `${id}.${Id}`, message: `fails over at ${String(code)}, which CloudFront refuses` };
      }
    }
  }
};

const writing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The ones that every document agrees on. */
const failoverCodes: ReadonlySet<number> = new Set([403, 404, 416, 429, 500, 502, 503, 504]);

interface Behaviour {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods?: unknown;
  readonly FunctionAssociations?: unknown;
}

interface Group {
  readonly Id: string;
  readonly Members?: { readonly Items?: unknown };
  readonly FailoverCriteria?: { readonly StatusCodes?: { readonly Items?: unknown } };
}

interface Config {
  readonly Origins?: unknown;
  readonly OriginGroups?: { readonly Items?: unknown };
  readonly DefaultCacheBehavior?: Behaviour;
  readonly CacheBehaviors?: unknown;
}
