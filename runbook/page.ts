import type { Region } from '../core/brand.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../core/service.ts';
import { breakGlassRoleArn } from '../deployment/names.ts';
import { type CommandLines, commandLines, type Deployment } from './command-lines.ts';
import { moveByHand } from './move.ts';

/**
 * What a person follows with the orchestrator dead: Markdown, complete, with nothing to look up. Lines in `sh` blocks are
 * run as they stand. `failover` may lack what a first deployment makes; then the page says how to have it.
 */
export function breakGlassPage(failover: Failover, deployment: Deployment = {}): string {
  const lines = commandLines(deployment);
  return [
    '# Break-glass: moving traffic by hand',
    '',
    'For when Understudy is dead or must not be trusted. Keep a copy outside AWS and outside your own services. Made from the',
    `configuration \`${lines.config}\` (deployment \`${failover.name}\`, account ${failover.account}) by every synthesis and by`,
    `\`${lines.understudy('runbook')}\`; after each deployment, make it anew.`,
    '',
    ...(deployment.endpoint === undefined ? role(failover) : sandboxKeys(deployment.endpoint)),
    ...before(failover, lines),
    ...failover.services.flatMap((service) => serviceSection(failover, service, lines)),
    ...after(failover, lines),
    ...(deployment.endpoint === undefined ? practice(failover, lines) : []),
  ].join('\n');
}

function role(failover: Failover): string[] {
  return [
    '## The role to assume',
    '',
    'The session lasts an hour. STS is asked in a region that is nobody’s home.',
    '',
    'An IAM user, with a second factor:',
    '',
    '```',
    `aws sts assume-role --region ${signingRegion(failover)} --role-arn ${breakGlassRoleArn(failover)} \\`,
    '  --role-session-name break-glass --serial-number ARN_OF_YOUR_MFA_DEVICE --token-code CODE',
    '```',
    '',
    ...federated(failover),
    'Put `AccessKeyId`, `SecretAccessKey` and `SessionToken` of the answer into `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and',
    '`AWS_SESSION_TOKEN`. The KeyValueStore needs an AWS CLI of version 2, which can sign for all regions at once.',
    '',
  ];
}

/** Sessions of IAM Identity Center and SAML carry no second factor that IAM sees. */
function federated(failover: Failover): string[] {
  const principals = failover.breakGlass?.principals ?? [];
  if (principals.length === 0) {
    return [
      'People of IAM Identity Center or another provider cannot assume it: `breakGlass.principals` of the configuration names their roles.',
      '',
    ];
  }
  return [
    `People of IAM Identity Center or another provider, signed in as ${principals.map((arn) => `\`${arn}\``).join(' or ')}:`,
    '',
    '```',
    `aws sts assume-role --region ${signingRegion(failover)} --role-arn ${breakGlassRoleArn(failover)} \\`,
    '  --role-session-name break-glass --profile YOUR_PROFILE',
    '```',
    '',
  ];
}

/** A sandbox reads the scope of a signature and verifies nothing. */
function sandboxKeys(endpoint: string): string[] {
  return [
    '## The sandbox',
    '',
    `This page is for practice: its lines move traffic in the sandbox at ${endpoint} alone. Any keys will do:`,
    '',
    '```',
    'export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox',
    '```',
    '',
    'The AWS CLI puts the account before the address of a KeyValueStore; where `123456789012.localhost` leads nowhere on this',
    'machine, lines for a `kvs` service reach no sandbox. Those of `arc` and `beacon` do.',
    '',
  ];
}

function before({ services }: Failover, { understudy }: CommandLines): string[] {
  return [
    '## First',
    '',
    '1. Look at the target yourself, from outside: the move is worth nothing if it cannot serve.',
    '2. Stop automation, if it can still be reached; else it is dead, and nothing writes but you.',
    '',
    '```',
    ...services.map(({ name }) => understudy(`pause ${name} --reason "moving by hand"`)),
    '```',
    '',
  ];
}

function serviceSection(failover: Failover, service: Service, lines: CommandLines): string[] {
  const moves = regionNames(service).map((to) => moveByHand(failover, service, to, signingRegion(failover), lines));
  return [
    `## ${service.name}`,
    '',
    `Home region ${homeRegion(service)}; moves by \`${service.lever.kind}\`; callers use ${service.frontDoor.url}.`,
    '',
    ...moves.flatMap(({ to, how }) =>
      how.kind === 'unknown'
        ? [`### ${service.name} to ${to}`, '', how.because, '']
        : [
            `### ${service.name} to ${to}`,
            '',
            '```sh',
            ...how.write,
            '```',
            '',
            'Read back, and look through the front door:',
            '',
            '```sh',
            ...how.read,
            '```',
            '',
            '```',
            ...how.look,
            '```',
            '',
            how.expect,
            '',
          ],
    ),
  ];
}

function after({ services }: Failover, { understudy }: CommandLines): string[] {
  return [
    '## Afterwards',
    '',
    'Automation does not know what you did until it is told:',
    '',
    '```',
    ...services.flatMap(({ name }) => [understudy(`resume ${name}`), understudy(`ack ${name}`)]),
    '```',
    '',
    'Each move by hand takes the next epoch. A run that finds a newer one than its own ends as fenced and changes nothing; start',
    'it again, and it has a newer one.',
    '',
  ];
}

/** What fails in an outage fails on a quiet day too, and there it costs nothing. */
function practice(failover: Failover, { understudy, sandbox }: CommandLines): string[] {
  return [
    '## Practise it',
    '',
    'After each deployment, with the role and from the machine that you would use: run every block under “Read back”. They change',
    'nothing, and they fail where the sign-in, the version of the AWS CLI, an endpoint or a permission would. First of all:',
    '',
    '```',
    `aws sts get-caller-identity --region ${signingRegion(failover)} --query Arn --output text`,
    '```',
    '',
    'A whole move, there and back, in a sandbox on your machine: the second line writes this page with its addresses.',
    '',
    '```',
    sandbox(4566),
    `${understudy('runbook --endpoint http://127.0.0.1:4566 --out practice.md')}`,
    '```',
    '',
  ];
}

/** A region to sign in that is no service's home, where there is one. */
function signingRegion({ observers, controlRegions, services }: Failover): Region {
  const homes = new Set(services.map(homeRegion));
  const candidates = [...observers, ...controlRegions];
  const [first] = candidates.filter((region) => !homes.has(region));
  return first ?? candidates[0] ?? ('us-west-2' as Region);
}
