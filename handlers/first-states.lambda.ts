import { setTimeout as wait } from 'node:timers/promises';
import { arcClient, arcCluster } from './adapters/arc-cluster.ts';
import { systemClock } from './adapters/clock.ts';
import { firstStates, parseFirstStates } from './adapters/first-states.ts';
import { answered, type CustomResourceEvent } from './custom-resource.ts';

/** Runs once, while CloudFormation makes the routing controls of a service, and never again: turns the home region's On. */
export async function handler(event: CustomResourceEvent): Promise<void> {
  await answered(event, async () => {
    // An update or a deletion finds controls that are live.
    if (event.RequestType !== 'Create') return;
    const asked = parseFirstStates(event.ResourceProperties);
    const clock = systemClock;
    const cluster = arcCluster({ endpoints: asked.endpoints, clientOf: arcClient, clock, random: Math.random, wait });
    await firstStates(asked, { cluster, clock, wait });
  });
}
