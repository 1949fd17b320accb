import { arcRegions } from '../loopback/aws/arc.ts';
import type { Aws } from '../loopback/aws/service.ts';
import type { Providers } from '../loopback/cloudformation/providers.ts';

/**
 * What the custom resources of the templates do, played here: on AWS two functions do it, one that calls any API of the SDK, and
 * one that speaks to the endpoints of the cluster by their names.
 */
export const customResources = (aws: () => Aws): Providers['custom'] => ({
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

  // The files are served from the folder that the build wrote.
  'Custom::CDKBucketDeployment': async () => ({ id: 'site', attributes: {} }),
});
