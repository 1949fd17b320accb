import { RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnKeyValueStore,
  Function as CloudFrontFunction,
  FunctionCode,
  FunctionRuntime,
  type IKeyValueStore,
  ImportSource,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { edgeFunctionOf } from '../../config/edge-code.ts';
import { edgeTable } from '../../config/edge-table.ts';
import type { Topology } from '../../config/topology.ts';
import { knownStore } from '../../core/lever.ts';
import { encodeOverride, OVERRIDE_KEY } from '../../core/routing-value.ts';
import type { Failover } from '../../core/service.ts';
import { combinedFunction } from '../../deployment/combined-function.ts';
import { deployedTable } from '../../deployment/compile-table.ts';
import { viewerRequestName } from '../../deployment/names.ts';
import type { Existing } from '../existing.ts';
import { EdgePages } from './edge-pages.ts';

export interface KvsProps {
  readonly failover: Failover;
  /** What stands behind the distribution, where that is one of the topologies. */
  readonly topology?: Topology | undefined;
  /** A function that is there already, which Understudy's is made of; `none` where none is made. */
  readonly viewerRequest?: Existing['viewerRequest'];
}

/**
 * The KeyValueStore, or the one that the configuration names, and the viewer-request function that reads it. Distributions
 * associate the function with every behaviour: `function.functionArn`.
 *
 * CloudFormation imports once, when it makes the store, and refuses any later change of the source. So the source says
 * nothing that a configuration could change: the region override, empty. A service without a key is at home, on the edge
 * and for whoever moves it; its first move writes the key. Which of many services a request belongs to is written by a custom resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-keyvaluestore.html
 */
export class Kvs extends Construct {
  readonly storeArn: string;
  /** Undefined where an app has one of its own, and where the store is in another account, whose distribution has it. */
  readonly function: CloudFrontFunction | undefined;

  constructor(scope: Construct, id: string, { failover, topology, viewerRequest }: KvsProps) {
    super(scope, id);
    const elsewhere = failover.services.find(({ lever }) => lever.kind === 'kvs' && lever.assume !== undefined);
    if (elsewhere?.lever.kind === 'kvs') {
      this.storeArn = knownStore(elsewhere.lever);
      refusePages(failover, topology, elsewhere.name);
      return;
    }
    const store = this.#storeOf(failover);
    this.storeArn = store.keyValueStoreArn;
    const table = deployedTable(edgeTable(failover, topology));
    const pages =
      table.pages.length === 0 ? null : new EdgePages(this, 'Pages', { failover, table, storeArn: this.storeArn });
    if (viewerRequest === 'none') return;
    const code = edgeFunctionOf(table);
    this.function = new CloudFrontFunction(this, 'ViewerRequest', {
      functionName: viewerRequestName(failover),
      comment: 'Chooses the region of a request, by the weights in the KeyValueStore.',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(
        viewerRequest === undefined ? code : combinedFunction(viewerRequest.render(), code),
      ),
      keyValueStore: store,
      autoPublish: true,
    });
    // What it looks up is there before it does.
    if (pages !== null) this.function.node.addDependency(pages);
  }

  #storeOf(failover: Failover): IKeyValueStore {
    const given = failover.services.flatMap(({ lever }) => (lever.kind === 'kvs' ? [lever.storeArn] : []))[0];
    if (given !== undefined) return KeyValueStore.fromKeyValueStoreArn(this, 'Store', given);
    const store = new KeyValueStore(this, 'Store', {
      keyValueStoreName: `${failover.name}-routing`,
      comment: 'Who serves: one key a service, and g, which may lower a region for all of them.',
      source: ImportSource.fromInline(firstContent()),
    });
    // It may be what traffic stands on; what failed to be made is taken away again.
    const resource = store.node.defaultChild;
    if (!(resource instanceof CfnKeyValueStore)) throw new Error('a KeyValueStore is another resource now');
    resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return store;
  }
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create-s3-kvp.html */
function firstContent(): string {
  const override = encodeOverride({ epoch: 0, weights: {} });
  if (override.kind === 'malformed') throw new Error(override.because);
  return JSON.stringify({ data: [{ key: OVERRIDE_KEY, value: override.text }] });
}

/** Pages are written by a function of this deployment, which writes in no other account. */
function refusePages(failover: Failover, topology: Topology | undefined, service: string): void {
  if (deployedTable(edgeTable(failover, topology)).pages.length === 0) return;
  throw new Error(
    `services[].lever.assume: the store of ${service} is in another account, and the edge would find this many services in pages there: some four fit in its function; give the others a configuration of their own`,
  );
}
