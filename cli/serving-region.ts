import { servingRegions } from '../core/routing.ts';
import type { Service } from '../core/service.ts';
import type { Connection } from './connection.ts';

/**
 * Said in the request, so that a run that is started twice does not leave the region that the first one moved to. Where several
 * regions have a share, the run leaves the one that does worst, which a command cannot see.
 */
export async function servingRegion({ lever }: Connection, service: Service): Promise<string | undefined> {
  const routing = await lever(service).read();
  const serving = routing.kind === 'read' ? servingRegions(routing.routing.weights) : [];
  return serving.length === 1 ? serving[0] : undefined;
}
