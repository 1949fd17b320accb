/**
 * Runs in the thread of a function, before its handler is loaded: keeps the function to a list of addresses. What it is asked
 * to look at is part of its event, and whoever may invoke it could have it look at any server of this machine.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** @typedef {{ host?: string, port?: number | string, path?: string | null, lookup?: net.LookupFunction }} Place */

/**
 * Every other connection ends as if nothing listened there, with a line in the log that says why.
 * @param {readonly string[]} addresses `127.0.0.1:8080`; DNS servers are among them
 */
export function reachOnly(addresses) {
  const served = new Set(addresses);
  /** @param {string} at */
  const refusal = (at) => {
    const message = `the sandbox serves nothing at ${at}: refused`;
    process.stderr.write(`${message}\n`);
    return Object.assign(new Error(message), { code: 'ECONNREFUSED' });
  };
  keepConnections(served, refusal);
  keepResolvers(served, refusal);
  syncBuiltinESMExports();
}

/**
 * @param {ReadonlySet<string>} served
 * @param {(at: string) => Error} refusal
 */
function keepConnections(served, refusal) {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = /** @type {typeof connect} */ (
    /** @this {net.Socket} @param {any[]} given */
    function (...given) {
      const normalised = Array.isArray(given[0]) ? given[0] : null;
      const place = placeOf(normalised ?? given);
      const at = place.path || `${place.host ?? 'localhost'}:${place.port}`;
      const name = !place.path && net.isIP(place.host ?? 'localhost') === 0;
      if (!name && !served.has(at)) {
        process.nextTick(() => this.destroy(refusal(at)));
        return this;
      }
      if (name) {
        const within = { ...place, lookup: servedAddresses(place, served, refusal) };
        if (normalised !== null) normalised[0] = within;
        else given.splice(0, typeof given[0] === 'object' ? 1 : place.host === undefined ? 1 : 2, within);
      }
      return connect.apply(this, /** @type {Parameters<typeof connect>} */ (given));
    }
  );
}

/**
 * As `net.connect` takes it: options, or a port and perhaps a host, or a path.
 * @param {any[]} given
 * @returns {Place}
 */
function placeOf([first, second]) {
  if (typeof first === 'object' && first !== null) return first;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return typeof second === 'string' ? { port: first, host: second } : { port: first };
}

/**
 * A name is looked up as before, and leads to served addresses alone.
 * @param {Place} place
 * @param {ReadonlySet<string>} served
 * @param {(at: string) => Error} refusal
 * @returns {net.LookupFunction}
 */
function servedAddresses({ lookup = dns.lookup, port }, served, refusal) {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses = Array.isArray(found) ? found : [{ address: found, family: net.isIP(found) }];
      const good = addresses.filter(({ address }) => served.has(`${address}:${port}`));
      const [first] = good;
      if (first === undefined) return callback(refusal(`${name}:${port}`), '');
      return options.all ? callback(null, good) : callback(null, first.address, first.family);
    });
  };
}

/**
 * @param {ReadonlySet<string>} served
 * @param {(at: string) => Error} refusal
 */
function keepResolvers(served, refusal) {
  for (const { prototype } of [dns.Resolver, dns.promises.Resolver]) {
    const setServers = prototype.setServers;
    prototype.setServers = function (servers) {
      const stranger = servers.find((server) => !served.has(server));
      if (stranger !== undefined) throw refusal(stranger);
      setServers.call(this, servers);
    };
  }
  const lookup = dns.lookup;
  // The system's resolver would ask other machines; this one's own name needs nobody.
  const local = /** @param {string} name @param {any[]} rest */ (name, ...rest) => {
    if (/^(.+\.)?localhost$/i.test(name) || net.isIP(name) !== 0) return Reflect.apply(lookup, dns, [name, ...rest]);
    const callback = rest.at(-1);
    process.nextTick(() => callback(refusal(name)));
  };
  dns.lookup = /** @type {typeof lookup} */ (/** @type {unknown} */ (local));
}
