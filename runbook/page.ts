import { breakGlassRoleArn } from '../config/names.ts';
import type { Region } from '../core/brand.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../core/service.ts';
import { moveByHand } from './move.ts';

/**
 * What a person follows with the orchestrator dead: Markdown, complete, with nothing to look up. Lines in `sh` blocks are
 * run as they stand. `failover` may lack what a first deployment makes; then the page says how to have it.
 */
export function breakGlassPage(failover: Failover): string {
  return [
    '# Break-glass: moving traffic by hand',
    '',
    'For when Understudy is dead or must not be trusted. Keep a copy outside AWS and outside your own services. Made from the',
    'configuration by every synthesis and by `npm run understudy -- runbook`; after each deployment, make it anew.',
    '',
    ...role(failover),
    ...before(failover),
    ...failover.services.flatMap((service) => serviceSection(failover, service)),
    ...after(failover),
  ].join('\n');
}

function role(failover: Failover): string[] {
  return [
    '## The role to assume',
    '',
    'Your own user, with your second factor. The session lasts an hour. STS is asked in a region that is nobody’s home.',
    '',
    '```',
    `aws sts assume-role --region ${signingRegion(failover)} --role-arn ${breakGlassRoleArn(failover)} \\`,
    '  --role-session-name break-glass --serial-number ARN_OF_YOUR_MFA_DEVICE --token-code CODE',
    '```',
    '',
    'Put `AccessKeyId`, `SecretAccessKey` and `SessionToken` of the answer into `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and',
    '`AWS_SESSION_TOKEN`. The KeyValueStore needs an AWS CLI of version 2, which can sign for all regions at once.',
    '',
  ];
}

function before({ services }: Failover): string[] {
  return [
    '## First',
    '',
    '1. Look at the target yourself, from outside: the move is worth nothing if it cannot serve.',
    '2. Stop automation, if it can still be reached; else it is dead, and nothing writes but you.',
    '',
    '```',
    ...services.map(({ name }) => `npm run understudy -- pause ${name} --reason "moving by hand"`),
    '```',
    '',
  ];
}

function serviceSection(failover: Failover, service: Service): string[] {
  const moves = regionNames(service).map((to) => moveByHand(failover, service, to, signingRegion(failover)));
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

function after({ services }: Failover): string[] {
  return [
    '## Afterwards',
    '',
    'Automation does not know what you did until it is told:',
    '',
    '```',
    ...services.flatMap(({ name }) => [`npm run understudy -- resume ${name}`, `npm run understudy -- ack ${name}`]),
    '```',
    '',
    'Each move by hand takes the next epoch. A run that finds a newer one than its own ends as fenced and changes nothing; start',
    'it again, and it has a newer one.',
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
