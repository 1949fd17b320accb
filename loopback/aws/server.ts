import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { refuseStranger } from '../guard.ts';
import { host, listen, stop } from '../listening.ts';
import { arcRegions } from './arc.ts';
import { loadModels } from './catalog.ts';
import { type CallRecord, createDispatch, failed } from './dispatch.ts';
import { AwsFaults, ConnectionLost } from './faults.ts';
import { BodyProblem, goneSignal, problem, readRequest, send } from './http.ts';
import { accessKeyOf, identify } from './identify.ts';
import { type Aws, AwsError, type AwsService, type Call, type Caller, type ServiceId } from './service.ts';

type Five<T> = readonly [T, T, T, T, T];

export interface AwsServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Ports of ARC's five endpoints; the five after `port` if that is not 0, else any free ones. */
  readonly arcPorts?: Five<number>;
  readonly account: string;
  readonly services: readonly AwsService[];
  readonly faults?: AwsFaults;
  readonly log?: (record: CallRecord) => void;
  /** Gets requests to `/_sandbox` and below; false means that it does not know the path. */
  readonly control?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly newRequestId?: () => string;
  /** Whose credentials a request is signed with; null for those of people. */
  readonly callerWith?: (accessKey: string) => Caller | null;
  /** Throws what AWS answers a caller that may not. */
  readonly authorize?: (call: Call, input: object) => void;
}

/** All of AWS that the sandbox plays, on loopback ports and in process. */
export interface AwsServer extends Aws {
  readonly url: string;
  readonly port: number;
  /** In the order of `arcRegions`. */
  readonly arcUrls: Five<string>;
  readonly faults: AwsFaults;
  /** What is served: the names of the operations of each service. */
  readonly operations: ReadonlyMap<ServiceId, readonly string[]>;
  /** Ends every connection and every service. */
  close(): Promise<void>;
}

/** Rejects when a port is in use, with a message for people. */
export async function startAwsServer({
  port,
  arcPorts = port === 0 ? [0, 0, 0, 0, 0] : [port + 1, port + 2, port + 3, port + 4, port + 5],
  account,
  services,
  faults = new AwsFaults(),
  log = () => {},
  control = () => false,
  newRequestId = randomUUID,
  callerWith = () => null,
  authorize,
}: AwsServerOptions): Promise<AwsServer> {
  const models = await loadModels(services.map(({ id }) => id));
  const dispatch = createDispatch({ services, models, faults, log, authorize });
  const servers: Server[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse, arcEndpoint: number | null) {
    const wire = await readRequest(request);
    const { protocol, model, operation, region, error } = identify(models, wire);
    const requestId = newRequestId();
    if (error !== undefined) return send(response, protocol.writeError(error, requestId, model));
    const shape = model?.operations.get(operation);
    if (model === undefined || shape === undefined) throw new Error(`no model of ${operation}`);
    if (arcEndpoint !== null && model.id !== 'arc') {
      const wrong = new AwsError('UnknownOperationException', 'this is an ARC cluster endpoint', { status: 404 });
      return send(response, protocol.writeError(wrong, requestId, model));
    }
    const accessKey = accessKeyOf(wire) ?? undefined;
    const caller = callerWith(accessKey ?? '') ?? undefined;
    const call = callFor({ service: model.id, operation, region, requestId, endpoint: arcEndpoint, caller, accessKey });
    try {
      const input = await protocol.readInput(shape, wire);
      const output = await dispatch(call, input, goneSignal(response));
      send(response, protocol.writeOutput(shape, output, requestId));
    } catch (thrown) {
      if (thrown instanceof ConnectionLost) throw thrown;
      const error = thrown instanceof AwsError ? thrown : failed(call, thrown, log);
      send(response, protocol.writeError(error, requestId, model));
    }
  }

  function callFor(from: {
    service: ServiceId;
    operation: string;
    region: string;
    requestId: string;
    endpoint: number | null;
    caller: Caller | undefined;
    accessKey?: string | undefined;
  }): Call {
    const { service, operation, region, requestId } = from;
    const { caller, accessKey } = from;
    const by = { ...(caller !== undefined && { caller }), ...(accessKey !== undefined && { accessKey }) };
    // A role acts in its own account.
    const owner = caller?.kind === 'role' ? (caller.roleArn.split(':')[4] ?? account) : account;
    if (service !== 'arc') return { service, operation, region, account: owner, requestId, endpoint: 0, ...by };
    // A cluster endpoint is in its own region, whatever the client signed for; without an endpoint the region chooses one.
    const endpoint = from.endpoint ?? Math.max(0, (arcRegions as readonly string[]).indexOf(region));
    return { service, operation, region: arcRegions[endpoint] ?? region, account: owner, requestId, endpoint, ...by };
  }

  function serve(arcEndpoint: number | null): Server {
    const server = createServer((request, response) => {
      if (refuseStranger(request, response)) return;
      // No operation of AWS is at the root by GET: a browser is.
      const isRoot = request.method === 'GET' && request.url === '/';
      if (arcEndpoint === null && isRoot && control(request, response)) return;
      if (arcEndpoint === null && isControlPath(request.url)) {
        if (!control(request, response)) send(response, problem(404, 'NotFound', `there is no ${request.url}`));
        return;
      }
      const { socket } = request;
      answer(request, response, arcEndpoint).catch((thrown: unknown) => {
        if (thrown instanceof BodyProblem) {
          // What is left of a body that is too large is not read.
          response.on('finish', () => socket.destroySoon());
          send(response, problem(thrown.status, thrown.code, thrown.message));
          return;
        }
        // The fault asked for it, or the caller is gone already.
        socket.destroy();
      });
    });
    // Clients keep connections open; closing them first would look like a fault.
    server.keepAliveTimeout = 120_000;
    servers.push(server);
    return server;
  }

  async function close(): Promise<void> {
    faults.clear();
    await Promise.all(servers.map(stop));
    await Promise.all(services.map((service) => service.close?.()));
  }

  try {
    const mainPort = await listen(serve(null), port);
    const arcUrl = async (endpoint: 0 | 1 | 2 | 3 | 4) => url(await listen(serve(endpoint), arcPorts[endpoint]));
    const arcUrls = [await arcUrl(0), await arcUrl(1), await arcUrl(2), await arcUrl(3), await arcUrl(4)] as const;
    return {
      account,
      url: url(mainPort),
      port: mainPort,
      arcUrls,
      faults,
      operations: new Map(services.map(({ id, operations }) => [id, Object.keys(operations)])),
      call: (service, operation, input, { region, caller }) =>
        dispatch(callFor({ service, operation, region, requestId: newRequestId(), endpoint: null, caller }), input),
      close,
    };
  } catch (cause) {
    await Promise.all(servers.map(stop));
    throw cause;
  }
}

const url = (port: number) => `http://${host}:${port}`;

function isControlPath(path = '/'): boolean {
  return /^\/_sandbox(?:[/?]|$)/.test(path);
}
