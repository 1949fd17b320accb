import { Annotations, Stack } from 'aws-cdk-lib';
import {
  Function as CloudFrontFunction,
  FunctionCode,
  type IFunction,
  type IKeyValueStore,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { parseFailover } from '../config/define-failover.ts';
import type { FailoverInput } from '../config/failover-input.ts';
import { warningsOf } from '../config/warnings.ts';
import type { Failover } from '../core/service.ts';
import { combinedFunction } from '../deployment/combined-function.ts';
import { viewerRequestArn, viewerRequestName } from '../deployment/names.ts';
import { edgeFunction } from './constructs/kvs.ts';
import type { Existing } from './existing.ts';
import type { LeversStack } from './stacks/levers.ts';
import { addStacks } from './stacks/stacks.ts';

export interface UnderstudyProps extends Existing {
  /** What is protected: what `defineFailover` returned, the default export of `understudy.config.ts`. */
  readonly failover: FailoverInput;
}

/**
 * Understudy in an app of yours: every stack of a configuration, in its account and its regions, under the names that the
 * configuration gives. It sets no context and attaches no checks; `Tags`, `Aspects` and `PermissionsBoundary` of it reach
 * all of its stacks.
 *
 * @example
 * new Understudy(app, 'Understudy', { failover });
 */
export class Understudy extends Construct {
  /** Levers that the deployment makes, the role of who moves traffic by hand, the dashboard of the fleet. In us-west-2. */
  readonly levers: LeversStack;
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
  readonly #failover: Failover;
  readonly #makesFunction: boolean;

  /** Throws `ConfigurationMistake`, with a line for each mistake and the path to it. */
  constructor(scope: Construct, id: string, { failover: input, ...existing }: UnderstudyProps) {
    super(scope, id);
    const failover = parseFailover(input, 'failover');
    for (const warning of warningsOf(failover)) {
      Annotations.of(this).addWarningV2(`understudy:${warning.split(' ')[0]}`, warning);
    }
    const { levers, ledger, regions, services, pages, records, chat } = addStacks(this, failover, {
      existing,
    });
    this.levers = levers;
    this.ledger = ledger;
    this.regions = regions;
    this.services = services;
    this.pages = pages;
    this.records = records;
    this.chat = chat;
    this.#failover = failover;
    this.#makesFunction = existing.viewerRequest !== 'none';
  }

  /**
   * The function that chooses the region of a request, for the behaviours of a distribution in `scope`; the stack there is deployed
   * after that of the levers. Throws where no service moves by a KeyValueStore.
   *
   * @example
   * functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: understudy.viewerRequest(this) }]
   */
  viewerRequest(scope: Construct, id = 'UnderstudyViewerRequest'): IFunction {
    this.#steered();
    if (!this.#makesFunction) throw new Error("viewerRequest: 'none' makes no function; associate yours");
    Stack.of(scope).addStackDependency(this.levers, 'its distribution runs the function of that stack');
    return CloudFrontFunction.fromFunctionAttributes(scope, id, {
      functionName: viewerRequestName(this.#failover),
      functionArn: viewerRequestArn(this.#failover),
    });
  }

  /**
   * The code of a viewer-request function of yours that calls `steer(event)`, with that function in it; it runs with `store(scope)`. Throws
   * where it could not run, and where it has more bytes than CloudFront takes.
   */
  steering(code: FunctionCode): FunctionCode {
    this.#steered();
    return FunctionCode.fromInline(combinedFunction(code.render(), edgeFunction(this.#failover)));
  }

  /** The KeyValueStore that `steer(event)` reads, for a function of yours in `scope`. Throws where no service moves by one. */
  store(scope: Construct, id = 'UnderstudyStore'): IKeyValueStore {
    return KeyValueStore.fromKeyValueStoreArn(scope, id, this.#steered());
  }

  #steered(): string {
    const { storeArn } = this.levers;
    if (storeArn === undefined) throw new Error('no service of the configuration moves by a KeyValueStore');
    return storeArn;
  }
}
