import type { Assume } from '../core/assume.ts';
import { BELIEF_PATH } from '../core/belief-path.ts';
import { epoch, type Region, unreachable } from '../core/brand.ts';
import { type ArcLeverConfig, type BeaconLeverConfig, beaconRegions, type KvsLeverConfig } from '../core/lever.ts';
import { fullWeight, weightsAt } from '../core/plan.ts';
import { probeUrl } from '../core/probe-url.ts';
import { encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../core/routing-value.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../core/service.ts';
import { beaconMetric } from '../deployment/beacon.ts';
import { beaconAlarmName } from '../deployment/names.ts';
import type { CommandLines } from './command-lines.ts';

/** How a person makes one region serve alone. */
export interface MoveByHand {
  readonly to: Region;
  readonly how: Lines | { readonly kind: 'unknown'; readonly because: string };
}

interface Lines {
  readonly kind: 'lines';
  /** Lines for a POSIX shell, in this order. */
  readonly write: readonly string[];
  readonly read: readonly string[];
  /** Looks through the front door whose answers depend on the write. */
  readonly look: readonly string[];
  /** What the read back says, and by when callers follow. */
  readonly expect: string;
}

/** `signIn` is the region to sign for where the service has none of its own. */
export function moveByHand(
  failover: Failover,
  service: Service,
  to: Region,
  signIn: Region,
  lines: CommandLines,
): MoveByHand {
  return { to, how: linesOf(failover, service, to, signIn, lines) };
}

function linesOf(
  failover: Failover,
  service: Service,
  to: Region,
  signIn: Region,
  lines: CommandLines,
): MoveByHand['how'] {
  const { lever } = service;
  switch (lever.kind) {
    case 'kvs':
      return lever.storeArn === undefined
        ? unknown('The ARN of the store', lines)
        : inAccountOf(lever.assume, signIn, storeLines(service, lever, lever.storeArn, to, signIn));
    case 'arc':
      return lever.endpoints.length === 0
        ? unknown('The endpoints and ARNs of the routing controls', lines)
        : inAccountOf(lever.assume, signIn, controlLines(service, lever, to));
    case 'beacon':
      return beaconLines(failover, service, lever, to);
    default:
      return unreachable(lever);
  }
}

/** In a shell of its own, with the session of the role, which that role assumed of this page may assume. */
function inAccountOf(assume: Assume | undefined, signIn: Region, lines: Lines): Lines {
  if (assume === undefined) return lines;
  const { roleArn, externalId, endpoint } = assume;
  const at = `--region ${signIn}${endpoint === undefined ? '' : ` --endpoint-url ${endpoint}`}`;
  const wrapped = (inner: readonly string[]) => [
    '(',
    `set -- $(aws sts assume-role ${at} --role-arn ${roleArn} --external-id '${externalId}' \\`,
    "  --role-session-name by-hand --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)",
    'export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3',
    ...inner,
    ')',
  ];
  return { ...lines, write: wrapped(lines.write), read: wrapped(lines.read) };
}

const unknown = (what: string, { deploy, understudy }: CommandLines) => ({
  kind: 'unknown' as const,
  because: [
    `${what} are known after the first deployment. These lines write them here:`,
    '',
    '```',
    deploy,
    understudy('runbook'),
    '```',
  ].join('\n'),
});

/** The ETag is asked for before the value: a write by somebody else in between makes it stale, and ours is refused. */
function storeLines(service: Service, lever: KvsLeverConfig, store: string, to: Region, signIn: Region): Lines {
  const at = `--region ${signIn}${lever.endpoint === undefined ? '' : ` --endpoint-url ${lever.endpoint}`}`;
  const aws = (operation: string) => `aws cloudfront-keyvaluestore ${operation} ${at} --kvs-arn "$STORE"`;
  const value = encodeServiceValue({ epoch: epoch(0), weights: weightsAt(service, to) });
  if (value.kind === 'malformed') throw new Error(`the routing of ${service.name}: ${value.because}`);
  const key = serviceKey(service.name);
  return {
    kind: 'lines',
    write: [
      `STORE=${store}`,
      `ETAG=$(${aws('describe-key-value-store')} --query ETag --output text)`,
      `EPOCH=$(${aws('get-key')} --key ${key} --query Value --output text | sed -n 's/.*"e":\\([0-9]*\\).*/\\1/p')`,
      `${aws('put-key')} --if-match "$ETAG" --key ${key} \\`,
      `  --value '${value.text.replace('"e":0', `"e":'"$((EPOCH + 1))"'`)}'`,
    ],
    read: [
      `STORE=${store}`,
      `${aws('get-key')} --key ${key} --query Value --output text`,
      `${aws('get-key')} --key ${OVERRIDE_KEY} --query Value --output text`,
    ],
    look: [`curl -sS ${probeUrl(service.frontDoor.url, `${BELIEF_PATH}${service.name}`)}`, ...writeLines(service)],
    expect: [
      `The first says \`["${to}",${fullWeight}]\` and 0 for the others. The second is the override for all services: where it`,
      `lowers ${to}, that counts. A key that is missing stands for the home region, and for no override. Callers follow within`,
      'seconds. `ConflictException`: somebody else wrote; run all lines again.',
      '',
      `Through the front door the edge that answers you says \`"region":"${to}"\` and, as \`routing\`, the number that you wrote as \`e\`. That is`,
      'the proof: reads of the service are answered by the other region without any move, because they fail over.',
    ].join('\n'),
  };
}

/** Both controls in one call: the safety rules refuse every other way. The home region's endpoint comes last. */
function controlLines(service: Service, { endpoints, controls }: ArcLeverConfig, to: Region): Lines {
  const names = regionNames(service);
  const entries = names.map((name) => ({
    RoutingControlArn: controls[name] ?? '',
    RoutingControlState: name === to ? 'On' : 'Off',
  }));
  const home = homeRegion(service);
  const others = endpoints.filter(({ region }) => region !== home);
  const last = endpoints.filter(({ region }) => region === home);
  const atEach = (inOrder: ArcLeverConfig['endpoints'], lines: readonly string[]) => [
    `for at in ${inOrder.map(({ region, url }) => `${region}=${url}`).join(' ')}; do`,
    ...lines,
    'done',
  ];
  const aws = (operation: string) =>
    `aws route53-recovery-cluster ${operation} --region "\${at%%=*}" --endpoint-url "\${at#*=}" --cli-connect-timeout 3 --cli-read-timeout 5`;
  return {
    kind: 'lines',
    write: atEach(
      [...others, ...last],
      [
        `  ${aws('update-routing-control-states')} \\`,
        `    --update-routing-control-state-entries '${JSON.stringify(entries)}' && break`,
      ],
    ),
    look: dnsLook(service),
    // The other way round: another endpoint than the one that took the write.
    read: atEach(
      [...others.toReversed(), ...last],
      names.map(
        (name, index) =>
          `  ${aws('get-routing-control-state')} --routing-control-arn ${controls[name]} \\\n    --query RoutingControlState --output text && ${index === names.length - 1 ? 'break' : '\\'}`,
      ),
    ),
    expect: [
      `${names.map((name) => (name === to ? 'On' : 'Off')).join(', then ')} (${names.join(', ')}). Two of the five endpoints may be`,
      'away. `ConflictException`: a safety rule; wait for five seconds and run the lines again. Callers follow within the',
      'TTL of the records, one or two minutes, as far as they open new connections.',
    ].join('\n'),
  };
}

/** Every datum that CloudWatch keeps, a day at a time: the greatest number is the epoch. */
function beaconLines(failover: Failover, service: Service, lever: BeaconLeverConfig, to: Region): Lines {
  const { standby } = beaconRegions(regionNames(service));
  const { Namespace, MetricName, Dimensions } = beaconMetric(lever, service.name);
  const at = `--region ${standby}${lever.endpoint === undefined ? '' : ` --endpoint-url ${lever.endpoint}`}`;
  const metric = `--namespace ${Namespace} --metric-name ${MetricName}`;
  const named = Dimensions.map(({ Name, Value }) => `Name=${Name},Value=${Value}`).join(' ');
  const short = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(',');
  return {
    kind: 'lines',
    write: [
      `EPOCH=$(aws cloudwatch get-metric-statistics ${at} ${metric} --dimensions ${named} --period 86400 \\`,
      '  --start-time "$(($(date +%s) - 450 * 86400))" --end-time "$(($(date +%s) + 300))" \\',
      "  --statistics Maximum Minimum --query 'max(Datapoints[].[abs(Maximum), abs(Minimum)][])' --output text)",
      'EPOCH=${EPOCH%%.*}',
      'if [ "$EPOCH" = None ]; then EPOCH=0; fi',
      `aws cloudwatch put-metric-data ${at} ${metric} --dimensions ${short} \\`,
      `  --value="${to === standby ? '' : '-'}$((EPOCH + 1))"`,
    ],
    read: [
      `aws cloudwatch describe-alarms ${at} --alarm-names ${beaconAlarmName(failover, service.name)} \\`,
      "  --query 'MetricAlarms[].StateValue' --output text",
    ],
    look: dnsLook(service),
    expect: [
      `\`${to === standby ? 'ALARM' : 'OK'}\`, after two minutes at most; callers follow within the TTL of the records after it.`,
      'After another move, wait for the next full minute before you run the lines: a minute can say one thing alone.',
    ].join('\n'),
  };
}

/** What no origin group fails over. */
function writeLines({ frontDoor, writeProbe }: Service): string[] {
  if (writeProbe === undefined) return [];
  const { method, path, send } = writeProbe;
  const text = JSON.stringify(send)?.replaceAll("'", "'\\''");
  const body = text === undefined ? '' : ` -H 'content-type: application/json' -d '${text}'`;
  return [`curl -sS -i -X ${method}${body} ${probeUrl(frontDoor.url, path)}`];
}

/** A new connection asks DNS, which follows the write; the answer names the region. */
function dnsLook(service: Service): string[] {
  return [`curl -sS -i ${probeUrl(service.frontDoor.url, service.healthy.path)}`, ...writeLines(service)];
}
