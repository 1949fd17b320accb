import { scaleFailover } from '../config/scale.ts';
import type { Assume } from '../core/assume.ts';
import type { Channel } from '../core/channel.ts';
import { type Failover, frontHost, type LeverConfig, type Service } from '../core/service.ts';
import { inVariables, receiverPath } from './receivers/secrets.ts';

/** Where things stand on this machine. */
export interface LocalPlaces {
  readonly aws: string;
  readonly arc: readonly string[];
  /** Of the edge, by the host name that callers know. */
  readonly edges: Readonly<Record<string, string>>;
  readonly dns: string;
  /** Port that all regions share on their DNS addresses. */
  readonly dnsFrontPort: number;
  readonly regions: Readonly<Record<string, string>>;
  /** Base URL of a regional endpoint by service and region, where it is not below the region's. */
  readonly regional?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly controlTarget: string;
}

/** The DNS zone of services that are not behind the edge. */
export const localZone = 'understudy.test';

export const localName = (service: Pick<Service, 'name'>): string => `${service.name}.${localZone}`;

/** The same configuration with addresses of this machine in it, at the sandbox's tempo. Nothing else is changed. */
export function localFailover(failover: Failover, places: LocalPlaces, tempo: number): Failover {
  const scaled = scaleFailover(failover, tempo);
  return {
    ...scaled,
    notify: { ...scaled.notify, channels: scaled.notify.channels.map((channel) => localChannel(channel, places)) },
    controlTarget: { url: places.controlTarget, status: 200 },
    services: scaled.services.map((service) => localService(service, places)),
  };
}

/** Its secrets in variables, and what has an address of its own at the receiver here. */
function localChannel(channel: Channel, { aws }: LocalPlaces): Channel {
  const local = inVariables(channel);
  if (local.kind === 'slack-app') return { ...local, url: `${aws}${receiverPath(local.name)}/` };
  return local.kind === 'pagerduty' ? { ...local, url: `${aws}${receiverPath(local.name)}` } : local;
}

function localService(service: Service, places: LocalPlaces): Service {
  return {
    ...service,
    access: localAccess(service.access, places),
    regions: service.regions.map(({ region, endpoint, ...rest }) => ({
      ...rest,
      region,
      endpoint: `${places.regional?.[service.name]?.[region] ?? `${places.regions[region]}/${service.name}`}${pathOf(endpoint)}`,
    })),
    frontDoor:
      service.lever.kind === 'kvs'
        ? { url: `${places.edges[frontHost(service)] ?? ''}${pathOf(service.frontDoor.url)}`, resolvers: [] }
        : { url: `http://${localName(service)}:${places.dnsFrontPort}`, resolvers: [places.dns] },
    lever: localLever(service.lever, places),
    hooks: service.hooks.map((hook) => ({ ...hook, ...assumedHere(hook.assume, places.aws) })),
  };
}

/** STS is asked where everything is. */
const assumedHere = (assume: Assume | undefined, endpoint: string) =>
  assume === undefined ? {} : { assume: { ...assume, endpoint } };

/** Tokens are given out by the sandbox itself. */
function localAccess(access: Service['access'], { aws }: LocalPlaces): Service['access'] {
  if (access?.token === undefined) return access;
  return { ...access, token: { ...access.token, url: `${aws}/_sandbox/token` } };
}

function localLever(lever: LeverConfig, { aws, arc }: LocalPlaces): LeverConfig {
  if (lever.kind === 'kvs') return { ...lever, endpoint: aws, ...assumedHere(lever.assume, aws) };
  if (lever.kind === 'beacon') {
    return { ...lever, endpoint: aws, hostedZone: { ...lever.hostedZone, name: localZone } };
  }
  const { hostedZone, ...rest } = lever;
  return {
    ...rest,
    ...assumedHere(lever.assume, aws),
    endpoints: lever.endpoints.map(({ region }, index) => ({ region, url: arc[index] ?? aws })),
    ...(hostedZone !== undefined && { hostedZone: { ...hostedZone, name: localZone } }),
  };
}

/** Names under which callers know what the configuration describes; here they lead nowhere but may stand in `Host`. */
export function configuredHosts({ services }: Pick<Failover, 'services'>): readonly string[] {
  const urls = services.flatMap(({ frontDoor, regions }) => [
    frontDoor.url,
    ...regions.map(({ endpoint }) => endpoint),
  ]);
  const others = services.flatMap(({ frontDoor }) => frontDoor.hosts ?? []);
  const asked = services.flatMap(({ regions }) => regions.flatMap(({ host }) => host ?? []));
  return [...new Set([...urls.map((url) => new URL(url).hostname), ...others, ...asked])];
}

function pathOf(url: string): string {
  const { pathname } = new URL(url);
  return pathname === '/' ? '' : pathname;
}
