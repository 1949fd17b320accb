import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../../config/read-json.ts';
import { knownRegions } from '../../config/regions.ts';
import { readAssembly } from '../../loopback/cloudformation/assembly.ts';
import { UsageError } from '../command.ts';
import type { Answers } from './answers.ts';

/** What templates say of an app: answers that nobody has to give, and addresses that follow no pattern. */
export interface Found {
  readonly answers: Partial<Answers>;
  /** By region. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Ids of a distribution's origins, by region. */
  readonly origins: Readonly<Record<string, string>>;
}

interface Stack {
  readonly region: string;
  readonly template: unknown;
}

interface Host {
  readonly host: string;
  readonly region: string;
}

/**
 * Reads a folder that a synthesis wrote, such as `cdk.out`, or one template in JSON. Literals alone count: what CloudFormation names when it
 * deploys is not known yet. Throws `UsageError` where nothing can be read, and where nothing is found.
 */
export async function foundIn(path: string): Promise<Found> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new UsageError(`--from-template: ${path} does not exist; synthesise first, and name cdk.out`);
  try {
    const found = stat.isDirectory()
      ? foundAmong(readAssembly(path).stacks, await accountIn(join(path, 'manifest.json')))
      : foundAmong([{ region: '', template: await readJson(path) }], undefined);
    if (Object.keys(found.answers).length > 0) return found;
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--from-template: ${path} is neither the folder of a synthesis nor a template: ${because}`);
  }
  throw new UsageError(`--from-template: ${path} names no distribution and no regional API in so many words`);
}

async function accountIn(manifest: string): Promise<string | undefined> {
  return /"aws:\/\/(\d{12})\//.exec(await readFile(manifest, 'utf8'))?.[1];
}

export function foundAmong(stacks: readonly Stack[], account: string | undefined): Found {
  const distributions = stacks
    .flatMap(({ template }) => resourcesOf(template, 'AWS::CloudFront::Distribution'))
    .map(
      ({ DistributionConfig }) =>
        (DistributionConfig ?? {}) as { readonly Aliases?: unknown; readonly Origins?: unknown },
    );
  const alias = distributions.flatMap(({ Aliases }) => literals(Aliases))[0];
  const behind = distributions.flatMap(({ Origins }) => (Array.isArray(Origins) ? Origins : [])) as readonly {
    readonly Id?: unknown;
    readonly DomainName?: unknown;
  }[];
  const apis = stacks.flatMap(({ template, region }) =>
    ['AWS::ApiGateway::DomainName', 'AWS::ApiGatewayV2::DomainName'].flatMap((type) =>
      literals(resourcesOf(template, type).map(({ DomainName }) => DomainName)).map((host) => ({ host, region })),
    ),
  );
  const asOrigins = literals(behind.map(({ DomainName }) => DomainName));
  // One name in two regions is the name that moves, and no region's own.
  const regional = [...apis, ...asOrigins.map((host) => ({ host, region: '' }))]
    .map(({ host, region }) => ({ host, region: regionIn(host) ?? region }))
    .filter(
      ({ host, region }, _, all) => region !== '' && all.every((each) => each.host !== host || each.region === region),
    );
  const byRegion = new Map(regional.map((each) => [each.region, each]));
  const served = regional.find(({ host }) => asOrigins.includes(host)) ?? regional[0];
  const standby = [...byRegion.values()].find(({ region }) => region !== served?.region);
  const pattern = served && patternOf(served);
  const api = standby !== undefined && pattern === patternOf(standby) ? pattern : undefined;
  const origins = behind.flatMap(({ Id, DomainName }) => {
    const of = regional.find(({ host }) => host === DomainName);
    return typeof Id === 'string' && of !== undefined ? [[of.region, Id] as const] : [];
  });
  return {
    answers: {
      ...(account !== undefined && { account }),
      ...(alias !== undefined && { frontDoor: `https://${alias}`, service: serviceIn(alias) }),
      ...(served !== undefined && standby !== undefined && { home: served.region, standby: standby.region }),
      ...(api !== undefined && { api }),
    },
    endpoints: Object.fromEntries([...byRegion.values()].map(({ region, host }) => [region, `https://${host}`])),
    origins: Object.fromEntries(origins),
  };
}

const resourcesOf = (template: unknown, type: string): readonly Readonly<Record<string, unknown>>[] =>
  Object.values(
    (template as { readonly Resources?: Readonly<Record<string, { Type?: string; Properties?: object }>> } | null)
      ?.Resources ?? {},
  ).flatMap(({ Type, Properties }) => (Type === type ? [{ ...Properties }] : []));

const literals = (values: unknown): readonly string[] =>
  (Array.isArray(values) ? values : []).filter((value) => typeof value === 'string' && !value.includes('${'));

const regionIn = (host: string): string | undefined =>
  knownRegions.find((region) => new RegExp(`(^|[.-])${region}([.-]|$)`).test(host));

const patternOf = ({ host, region }: Host): string | undefined =>
  host.includes(region) ? `https://${host.replaceAll(region, '{region}')}` : undefined;

/** `shop` of `shop.example.com`, and of `www.shop.example.com`. */
const serviceIn = (alias: string): string => alias.replace(/^www\./, '').split('.')[0] ?? 'orders';
