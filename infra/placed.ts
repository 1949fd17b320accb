import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Region, region as regionNamed } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { beaconStandbys, deployedRegions } from '../deployment/names.ts';
import { controlledHere } from './constructs/arc.ts';
import { Beacon, beaconsIn } from './constructs/beacon.ts';
import { Ledger } from './constructs/ledger.ts';
import { LeversPart } from './constructs/levers-part.ts';
import { RecordsPart } from './constructs/records-part.ts';
import { RegionPart } from './constructs/region-part.ts';
import { ServicesPart } from './constructs/services-part.ts';
import type { Existing, ExistingInRegion } from './existing.ts';
import { parsedFor, type Written } from './parsed.ts';
import { Steering, SteersDistributions } from './steering.ts';

export interface PlacedProps extends Written {}

export interface UnderstudyLeversProps extends PlacedProps, Pick<Existing, 'viewerRequest'> {}

/**
 * What moves traffic and exists once, for a stack of yours, which CloudFormation takes in us-east-1 or us-west-2 where it makes routing
 * controls. Its output `CreatedLevers` is what commands read from `cdk deploy --outputs-file`.
 */
export class UnderstudyLevers extends SteersDistributions {
  readonly part: LeversPart;
  protected readonly steers: Steering;

  constructor(scope: Construct, id: string, { viewerRequest, ...written }: UnderstudyLeversProps) {
    super(scope, id);
    const failover = parsedFor(this, written);
    const region = placeOf(this, failover);
    if (controlledHere(failover).length > 0 && !['us-east-1', 'us-west-2'].includes(region)) {
      throw new Error(
        `${this.node.path}: CloudFormation makes routing controls in us-east-1 and us-west-2, not in ${region}`,
      );
    }
    this.part = new LeversPart(this, 'Levers', { failover, viewerRequest });
    this.steers = new Steering(failover, Stack.of(this), { storeArn: this.part.storeArn, viewerRequest });
  }
}

/** The table that remembers, for a stack of yours in the region that `ledger.region` names. */
export class UnderstudyLedger extends Construct {
  constructor(scope: Construct, id: string, written: PlacedProps) {
    super(scope, id);
    const failover = parsedFor(this, written);
    const region = placeOf(this, failover);
    if (region !== failover.ledger.region) {
      throw new Error(`${this.node.path}: the ledger is in ${failover.ledger.region}, and this stack in ${region}`);
    }
    new Ledger(this, 'Ledger', { failover });
  }
}

export interface UnderstudyRegionProps extends PlacedProps, ExistingInRegion {
  /** Where the deployment makes levers. */
  readonly levers?: UnderstudyLevers;
}

/**
 * What Understudy is in one region, for a stack of yours there: topics, functions and machine where it decides, canaries and alarms of all
 * services where it observes, beacons where it stands by. A template takes 500 resources, which are those of a dozen services; for
 * more, `Understudy` makes stacks of groups of them.
 */
export class UnderstudyRegion extends Construct {
  constructor(scope: Construct, id: string, { failover: input, stage, levers, ...existing }: UnderstudyRegionProps) {
    super(scope, id);
    const failover = parsedFor(this, { failover: input, stage });
    const region = placeOf(this, failover);
    const beacons = beaconsIn(failover, region);
    const hasRole = deployedRegions(failover).includes(region);
    if (!hasRole && beacons.length === 0) {
      const known = [...new Set([...deployedRegions(failover), ...beaconStandbys(failover)])];
      throw new Error(
        `${this.node.path}: the configuration gives ${region} no role; it gives one to ${known.join(', ')}`,
      );
    }
    for (const beacon of beacons) new Beacon(this, `Beacon-${beacon.service.name}`, { failover, ...beacon });
    if (!hasRole) return;
    const part = new RegionPart(this, 'Region', { failover, region, created: levers?.part.created, existing });
    // Topics, rules and what publishes whether a service is ready are there before the alarms.
    new ServicesPart(this, 'Services', { failover, inRegion: part }).node.addDependency(part);
  }
}

export interface UnderstudyRecordsProps extends PlacedProps {
  readonly levers: UnderstudyLevers;
}

/** The records of services' names that the deployment makes, for a stack of yours in any region. */
export class UnderstudyRecords extends Construct {
  constructor(scope: Construct, id: string, { levers, ...written }: UnderstudyRecordsProps) {
    super(scope, id);
    parsedFor(this, written);
    new RecordsPart(this, 'Records', { failover: levers.part.complete });
  }
}

/** Names and ARNs hold the region and the account of the configuration: the stack must be there. */
function placeOf(construct: Construct, { account }: Failover): Region {
  const stack = Stack.of(construct);
  if (Token.isUnresolved(stack.region) || Token.isUnresolved(stack.account)) {
    throw new Error(`${construct.node.path}: its stack needs an env, { account: '${account}', region: '…' }`);
  }
  if (stack.account !== account) {
    throw new Error(
      `${construct.node.path}: the configuration is of account ${account}, and its stack of ${stack.account}`,
    );
  }
  return regionNamed(stack.region);
}
