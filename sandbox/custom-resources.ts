import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { arcRegions } from '../loopback/aws/arc.ts';
import type { Aws } from '../loopback/aws/service.ts';
import type { Providers } from '../loopback/cloudformation/providers.ts';

/**
 * What the custom resources of the templates do. Two are played here: on AWS one function calls any API of the SDK, and another one
 * speaks to the endpoints of the cluster by their names. The pages of the edge are written by the very function that ships.
 */
export const customResources = (aws: () => Aws, endpoint: () => string): Providers['custom'] => ({
  'Custom::RoutingControlEndpoints': async () => ({
    id: 'endpoints',
    attributes: Object.fromEntries(
      arcRegions.flatMap((region, index) => [
        [`Cluster.ClusterEndpoints.${index}.Region`, region],
        [`Cluster.ClusterEndpoints.${index}.Endpoint`, `https://host-sandbox.${region}.example.com/v1`],
      ]),
    ),
  }),

  'Custom::RoutingControlFirstStates': async (properties) => {
    const { home, controls } = properties as { readonly home: string; readonly controls: readonly string[] };
    const UpdateRoutingControlStateEntries = controls.map((arn) => ({
      RoutingControlArn: arn,
      RoutingControlState: arn === home ? 'On' : 'Off',
    }));
    await aws().call(
      'arc',
      'UpdateRoutingControlStates',
      { UpdateRoutingControlStateEntries },
      { region: arcRegions[0] },
    );
    return { id: home, attributes: {} };
  },

  'Custom::EdgePages': async (properties) => {
    await asCloudFormation(aws(), { ...properties, endpoint: endpoint() });
    return { id: 'pages', attributes: {} };
  },

  // Only what takes a bucket away does anything, and nothing here outlives the sandbox.
  'Custom::ConsoleCopiesRemoval': async () => ({ id: 'copies', attributes: {} }),

  // The files are served from the folder that the build wrote.
  'Custom::CDKBucketDeployment': async () => ({ id: 'site', attributes: {} }),
});

/** Calls the function of a custom resource as CloudFormation does, and waits for what it says. Rejects with its reason. */
async function asCloudFormation(aws: Aws, properties: Readonly<Record<string, unknown>>): Promise<void> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<{ Status?: string; Reason?: string }>();
  const server = createServer((request, response) => {
    json(request).then((body) => resolve(body as object), reject);
    request.once('end', () => response.end());
  });
  try {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const arn = String(properties['ServiceToken']);
    const event = {
      // What is there already is left as it is by a creation too.
      RequestType: 'Create',
      ResponseURL: `http://127.0.0.1:${port}/`,
      StackId: 'sandbox',
      RequestId: 'sandbox',
      LogicalResourceId: 'Pages',
      ResourceProperties: properties,
    };
    const Payload = Buffer.from(JSON.stringify(event));
    const region = arn.split(':')[3] ?? '';
    const { FunctionError, Payload: said } = await aws.call(
      'lambda',
      'Invoke',
      { FunctionName: arn, Payload },
      { region },
    );
    if (FunctionError !== undefined) throw new Error(`${arn}: ${FunctionError}: ${Buffer.from(said as Uint8Array)}`);
    const { Status, Reason } = await answer;
    if (Status !== 'SUCCESS') throw new Error(Reason ?? `${arn} answered ${Status}`);
  } finally {
    server.close();
  }
}
