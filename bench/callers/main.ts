/*
 * How clients and proxies that nobody here wrote follow a move by DNS: the table of docs/callers.md, measured again.
 *
 *     sudo node bench/callers/main.ts [seconds to watch]
 *
 * Runs in a network of its own (Linux, `unshare`). Needs curl, python3 with requests, a JDK, nginx and haproxy on the PATH;
 * which of them is missing is left out, and said.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { proxies } from './proxies.ts';
import { host, nameServer, port, type Situation, situations, startWorld } from './world.ts';

interface Client {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Call {
  readonly at: number;
  readonly said: string;
}

const url = `http://${host}:${port}/`;
const file = (name: string) => fileURLToPath(new URL(`clients/${name}`, import.meta.url));
/** `old 200` as the others say it. */
const statusFirst = "sed -uE 's/^(.*) ([0-9]+)$/\\2 \\1/'";
const clients: readonly Client[] = [
  { name: 'Node, a connection a request', command: [process.execPath, file('fresh.mjs'), url] },
  { name: `Node ${process.versions.node} fetch`, command: [process.execPath, file('fetch.mjs'), url] },
  { name: 'requests.get', command: ['python3', file('session.py'), url, 'get'] },
  { name: 'requests.Session', command: ['python3', file('session.py'), url, 'session'] },
  { name: 'JDK HttpClient', command: ['java', file('Jdk.java'), url, 'HttpClient'] },
  { name: 'JDK HttpURLConnection', command: ['java', file('Jdk.java'), url, 'HttpURLConnection'] },
  {
    name: 'curl, a process a call',
    command: ['sh', '-c', `while :; do curl -s -m 3 -w ' %{http_code}\\n' ${url}; sleep 1; done | ${statusFirst}`],
  },
  {
    name: 'curl, one handle (libcurl)',
    command: [
      'sh',
      '-c',
      `stdbuf -o0 curl -sN -m 3 --rate 1/s -w ' %{http_code}\\n' '${url}[1-1000]' | ${statusFirst}`,
    ],
  },
];

const situationNames = Object.keys(situations) as Situation[];

/** Calls are made for so long before DNS moves, and until every client has been answered: a JDK compiles first. */
const calmMs = 8_000;
const startMaxMs = 60_000;

if (process.env['UNDERSTUDY_CALLERS'] === undefined) ownNetwork();
else await measure(Number(process.argv[2] ?? 75) * 1_000);

/** The same again, in a network and with a resolver of its own. */
function ownNetwork(): never {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-callers-'));
  writeFileSync(join(folder, 'resolv.conf'), `nameserver ${nameServer}\noptions timeout:1\n`);
  const script = `ip link set lo up && mount --bind ${join(folder, 'resolv.conf')} /etc/resolv.conf && exec "$0" "$@"`;
  const within = ['-n', '-m', '-p', '--fork', '--kill-child', '--', 'sh', '-c', script];
  const env = { ...process.env, UNDERSTUDY_CALLERS: folder };
  const { status } = spawnSync('unshare', [...within, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env,
  });
  rmSync(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
}

async function measure(watchMs: number): Promise<void> {
  const all = [...clients.map(({ name }) => name), ...proxies.map(({ name }) => name)];
  const cells = new Map(all.map((name) => [name, new Map<Situation, string>()]));
  for (const situation of situationNames) {
    for (const [name, cell] of await watched(situation, watchMs)) cells.get(name)?.set(situation, cell);
  }
  const heads = Object.values(situations);
  const lines = [...cells].map(([name, row]) => [name, ...situationNames.map((key) => row.get(key) ?? 'not here')]);
  const rows = [['client, once a second', ...heads], heads.map(() => '---').concat('---'), ...lines];
  process.stdout.write(`${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`);
  process.exit(0);
}

/** What each client did, in words: seconds from the move until all later calls were answered by the new region, and calls lost. */
async function watched(situation: Situation, watchMs: number): Promise<Map<string, string>> {
  const world = await startWorld();
  const folder = process.env['UNDERSTUDY_CALLERS'] ?? '.';
  const calls = new Map<string, Call[]>();
  const children: ChildProcess[] = [];
  const take = (name: string, said: string) => calls.get(name)?.push({ at: performance.now(), said });
  for (const { name, command } of clients) {
    const [program, ...args] = command;
    if (!isHere(program === 'sh' ? 'curl' : program)) continue;
    calls.set(name, []);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder, detached: true });
    children.push(child);
    createInterface(child.stdout).on('line', (line) => take(name, line.trim()));
  }
  const timers: NodeJS.Timeout[] = [];
  for (const { name, program, configuration, listens } of proxies) {
    if (!isHere(program)) continue;
    calls.set(name, []);
    const conf = join(folder, `${program}-${listens}.conf`);
    writeFileSync(conf, configuration);
    const args = program === 'nginx' ? ['-p', folder, '-c', conf] : ['-f', conf, '-q'];
    children.push(spawn(program, args, { stdio: 'ignore', cwd: folder, detached: true }));
    timers.push(setInterval(() => void ask(listens).then((said) => take(name, said)), 1_000));
  }
  const startBy = performance.now() + startMaxMs;
  const isAnswered = (made: readonly Call[]) => made.some(({ said }) => said === '200 old');
  while (![...calls.values()].every(isAnswered) && performance.now() < startBy) await delay(500);
  await delay(calmMs);
  const flippedAt = performance.now();
  await world.flip(situation);
  await delay(watchMs);
  for (const timer of timers) clearInterval(timer);
  const endedAt = performance.now();
  // A shell's children, too.
  for (const { pid, exitCode } of children) if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
  await world.close();
  await delay(500);
  return new Map([...calls].map(([name, made]) => [name, outcome(made, flippedAt, endedAt)]));
}

function outcome(calls: readonly Call[], flippedAt: number, endedAt: number): string {
  const before = calls.filter(({ at }) => at < flippedAt);
  if (!before.some(({ said }) => said === '200 old')) return 'did not run';
  const after = calls.filter(({ at }) => at >= flippedAt && at < endedAt);
  const last = after.findLastIndex(({ said }) => said !== '200 new');
  const first = after[last + 1];
  const lost = after.filter(({ said }) => !said.startsWith('200 ')).length;
  const when = first === undefined ? 'never' : `${Math.round((first.at - flippedAt) / 1_000)} s`;
  return lost === 0 ? when : `${when} (${lost} lost)`;
}

function ask(listens: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const request = http.get({ port: listens, host: '127.0.0.1', agent: false, timeout: 10_000 }, async (response) => {
    const body = await response.toArray().catch(() => []);
    resolve(`${response.statusCode} ${body.join('').trim()}`);
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve('none'));
  return promise;
}

function isHere(program: string): boolean {
  return program.startsWith('/') || spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
