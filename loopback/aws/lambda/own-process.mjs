/**
 * Gives each environment of a thread what a process of its own would give it: environment variables, an exit, a standard output, and
 * connections that end with it. Which environment code belongs to is known by its asynchronous context.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { ownVariables } from '../../own-variables.mjs';

/**
 * @typedef {object} Environment
 * @property {number} id
 * @property {Record<string, string | undefined>} env
 * @property {boolean} ended
 * @property {Set<net.Socket>} sockets that are open
 * @property {(stream: 'stdout' | 'stderr', chunk: string | Uint8Array) => void} print
 * @property {() => void} flush says a last line that has no end yet
 * @property {(code: number) => void} exit
 * @property {() => void} end Its connections break, and it opens no new ones.
 */

/** Thrown by `process.exit`, because nothing after it may run. */
export class Exit extends Error {}

/** @type {AsyncLocalStorage<Environment>} */
const storage = new AsyncLocalStorage();

/** @type {Environment | undefined} the one of a thread that has only one */
let only;
let count = 0;

export const currentEnvironment = () => storage.getStore() ?? only;

/**
 * @template T
 * @param {Environment} environment
 * @param {() => T} work
 * @returns {T}
 */
export const run = (environment, work) => storage.run(environment, work);

/**
 * @param {{
 *   id: number,
 *   env: Record<string, string | undefined>,
 *   onLines: (lines: string[]) => void,
 *   onExit: (code: number) => void,
 * }} options
 * @returns {Environment}
 */
export function environmentOf({ id, env, onLines, onExit }) {
  const open = { stdout: '', stderr: '' };
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  /** @type {Environment} */
  const environment = {
    id,
    env,
    ended: false,
    sockets: new Set(),
    print(stream, chunk) {
      const text = typeof chunk === 'string' ? chunk : decoders[stream].write(Buffer.from(chunk));
      const lines = (open[stream] + text).split('\n');
      open[stream] = lines.pop() ?? '';
      if (lines.length > 0) onLines(lines);
    },
    flush() {
      const rest = [open.stdout, open.stderr].filter((text) => text !== '');
      open.stdout = '';
      open.stderr = '';
      if (rest.length > 0) onLines(rest);
    },
    exit: onExit,
    end() {
      environment.ended = true;
      for (const socket of environment.sockets) socket.destroy();
    },
  };
  count += 1;
  only = count === 1 ? environment : undefined;
  return environment;
}

ownVariables(() => currentEnvironment()?.env);

const exitThread = process.exit;
process.exit = (code = process.exitCode) => {
  const environment = currentEnvironment();
  if (environment === undefined) return exitThread(code);
  environment.exit(Number(code ?? 0));
  throw new Exit(`exit status ${Number(code ?? 0)}`);
};

for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
  const stream = process[name];
  const write = stream.write;
  stream.write = /** @type {typeof write} */ (
    /** @param {string | Uint8Array} chunk @param {any[]} rest an encoding, a callback, or both */
    (chunk, ...rest) => {
      const environment = currentEnvironment();
      if (environment === undefined) return Reflect.apply(write, stream, [chunk, ...rest]);
      const [encoding] = rest;
      environment.print(
        name,
        typeof chunk === 'string' && typeof encoding === 'string'
          ? Buffer.from(chunk, /** @type {BufferEncoding} */ (encoding))
          : chunk,
      );
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    }
  );
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = /** @type {typeof connect} */ (
  /** @this {net.Socket} @param {any[]} given */
  function (...given) {
    const environment = currentEnvironment();
    if (environment?.ended) {
      process.nextTick(() => this.destroy(new Error('the execution environment has ended')));
      return this;
    }
    if (environment !== undefined) {
      environment.sockets.add(this);
      this.once('close', () => environment.sockets.delete(this));
    }
    return Reflect.apply(connect, this, given);
  }
);

syncBuiltinESMExports();
