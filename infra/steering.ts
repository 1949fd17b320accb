import { Stack } from 'aws-cdk-lib';
import {
  Function as CloudFrontFunction,
  type Distribution,
  FunctionCode,
  type IFunction,
  type IKeyValueStore,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { edgeFunction } from '../config/edge-code.ts';
import type { Failover } from '../core/service.ts';
import { combinedFunction } from '../deployment/combined-function.ts';
import { viewerRequestArn, viewerRequestName } from '../deployment/names.ts';
import { type Origins, steerDistribution } from './constructs/steered-distribution.ts';
import type { Existing } from './existing.ts';

/** How distributions of an app are steered by the KeyValueStore of its levers. */
export class Steering {
  readonly #failover: Failover;
  readonly #levers: Stack;
  readonly #storeArn: string | undefined;
  readonly #makesFunction: boolean;

  constructor(
    failover: Failover,
    levers: Stack,
    { storeArn, viewerRequest }: { readonly storeArn: string | undefined } & Pick<Existing, 'viewerRequest'>,
  ) {
    this.#failover = failover;
    this.#levers = levers;
    this.#storeArn = storeArn;
    this.#makesFunction = viewerRequest !== 'none';
  }

  viewerRequest(scope: Construct, id: string): IFunction {
    this.#steered();
    if (!this.#makesFunction) throw new Error("viewerRequest: 'none' makes no function; associate yours");
    const stack = Stack.of(scope);
    if (stack !== this.#levers) {
      stack.addStackDependency(this.#levers, 'its distribution runs the function of that stack');
    }
    return CloudFrontFunction.fromFunctionAttributes(scope, id, {
      functionName: viewerRequestName(this.#failover),
      functionArn: viewerRequestArn(this.#failover),
    });
  }

  steering(code: FunctionCode): FunctionCode {
    this.#steered();
    return FunctionCode.fromInline(combinedFunction(code.render(), edgeFunction(this.#failover)));
  }

  store(scope: Construct, id: string): IKeyValueStore {
    return KeyValueStore.fromKeyValueStoreArn(scope, id, this.#steered());
  }

  fromDistribution(distribution: Distribution, origins: Origins): void {
    this.#steered();
    steerDistribution(distribution, {
      failover: this.#failover,
      origins,
      ...(this.#makesFunction && { viewerRequest: this.viewerRequest(distribution, 'UnderstudyViewerRequest') }),
    });
  }

  #steered(): string {
    if (this.#storeArn === undefined) throw new Error('no service of the configuration moves by a KeyValueStore');
    return this.#storeArn;
  }
}

/** A construct with the levers of an app, and what its distributions are steered by. */
export abstract class SteersDistributions extends Construct {
  protected abstract readonly steers: Steering;

  /**
   * The function that chooses the region of a request, for the behaviours of a distribution in `scope`; the stack there is deployed
   * after that of the levers. Throws where no service moves by a KeyValueStore.
   *
   * @example
   * functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: understudy.viewerRequest(this) }]
   */
  viewerRequest(scope: Construct, id = 'UnderstudyViewerRequest'): IFunction {
    return this.steers.viewerRequest(scope, id);
  }

  /**
   * The code of a viewer-request function of yours that calls `steer(event)`, with that function in it; it runs with `store(scope)`. Throws
   * where it could not run, and where it has more bytes than CloudFront takes.
   */
  steering(code: FunctionCode): FunctionCode {
    return this.steers.steering(code);
  }

  /** The KeyValueStore that `steer(event)` reads, for a function of yours in `scope`. Throws where no service moves by one. */
  store(scope: Construct, id = 'UnderstudyStore'): IKeyValueStore {
    return this.steers.store(scope, id);
  }

  /**
   * Has a distribution of yours steered: it gets the origins that `lever.origins` names and that it lacks, at the hosts of the regions'
   * endpoints or of `origins` (by service and region), and every behaviour gets the function, unless `viewerRequest` is `none`.
   *
   * @example
   * understudy.fromDistribution(distribution);
   */
  fromDistribution(distribution: Distribution, origins: Origins = {}): void {
    this.steers.fromDistribution(distribution, origins);
  }
}
