import { type Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type RoleSettings, setRoles } from './constructs/role-settings.ts';
import type { Existing } from './existing.ts';
import { parsedFor, type Written } from './parsed.ts';
import { addStacks } from './stacks/stacks.ts';
import { Steering, SteersDistributions } from './steering.ts';

export interface UnderstudyProps extends Written, Existing, RoleSettings {
  /** Of every resource that takes tags. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Understudy in an app of yours: every stack of a configuration, in its account and its regions, under the names that the
 * configuration gives. It sets no context and attaches no checks; `Tags`, `Aspects` and `PermissionsBoundary` of it reach
 * all of its stacks.
 *
 * @example
 * new Understudy(app, 'Understudy', { failover });
 * new Understudy(app, 'Staging', { failover, stage: 'staging' });
 */
export class Understudy extends SteersDistributions {
  /** Levers that the deployment makes, the role of who moves traffic by hand, the dashboard of the fleet. In us-west-2. */
  readonly levers: Stack;
  /** The table that remembers. */
  readonly ledger: Stack;
  /** Observers and orchestrators: one for each region that has a role. */
  readonly regions: readonly Stack[];
  /** Canaries and alarms of services, one for each group of them in each of these regions. */
  readonly services: readonly Stack[];
  /** The dashboards of these groups. In us-west-2. */
  readonly pages: readonly Stack[];
  /** Records of services' names, where the deployment makes some, by groups of hosts. */
  readonly records: readonly Stack[];
  /** The channel of Slack, where there is one. */
  readonly chat: Stack | undefined;
  protected readonly steers: Steering;

  /** Throws `ConfigurationMistake`, with a line for each mistake and the path to it. */
  constructor(scope: Construct, id: string, { failover: input, stage, tags = {}, ...given }: UnderstudyProps) {
    super(scope, id);
    const failover = parsedFor(this, { failover: input, stage });
    const { levers, ledger, regions, services, pages, records, chat } = addStacks(this, failover, { existing: given });
    this.levers = levers;
    this.ledger = ledger;
    this.regions = regions;
    this.services = services;
    this.pages = pages;
    this.records = records;
    this.chat = chat;
    this.steers = new Steering(failover, levers, { storeArn: levers.part.storeArn, ...given });
    for (const [name, value] of Object.entries(tags)) Tags.of(this).add(name, value);
    setRoles(this, given);
  }
}
