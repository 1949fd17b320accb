import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import example from '../../understudy.config.ts';
import { type Started, startCli, understudy } from './cli.ts';
import { until } from './until.ts';

/** For temporary files of the processes that a test starts: what they leave behind is seen. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-e2e-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Linux tells who listens where. */
const hasProc = existsSync('/proc/net/tcp');

describe.skipIf(!hasProc)(
  `Ctrl-C, or a terminal that is closed,${hasProc ? '' : ' (skipped: this machine has no /proc)'}`,
  () => {
    test.for([
      ['understudy sandbox', 'SIGINT', ['sandbox', '--quiet']],
      ['understudy sandbox', 'SIGHUP', ['sandbox', '--quiet']],
      ['understudy play', 'SIGINT', ['play', '--plain']],
    ] as const)(
      'ends %s (%s): status 130, and what it has opened, all on loopback, is gone',
      async ([, signal, args]) => {
        const started = startCli(args, { env: { TMPDIR: folder } });
        await until(`it is up: ${args.join(' ')}`, () => started.stdout().includes('ready'));
        const open = await listening(started);
        expect(await readdir(folder)).toHaveLength(1);

        started.child.kill(signal);
        const { code, stderr } = await started.finished;

        expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
        // AWS and ARC, two edges, DNS by UDP and TCP, two regions at two addresses, the control target.
        expect(open.length).toBeGreaterThanOrEqual(6 + 2 + 2 + 4 + 1);
        expect(open.filter(({ address }) => !address.startsWith('127.'))).toEqual([]);
        for (const { protocol, address, port } of open) {
          if (protocol === 'tcp') await expect(connection(address, port)).rejects.toThrow('ECONNREFUSED');
        }
        expect(await readdir(folder)).toEqual([]);
        expect(() => process.kill(-(started.child.pid ?? 0), 0)).toThrow('ESRCH');
      },
    );
  },
);

test('a pipe that nobody reads any more ends the sandbox, and it leaves nothing behind', async () => {
  const started = startCli(['sandbox'], { env: { TMPDIR: folder } });
  await until('it is up', () => started.stdout().includes('ready'));
  const aws = /AWS_ENDPOINT_URL +(\S+)/.exec(started.stdout())?.[1] ?? '';

  started.child.stdout?.destroy();
  // What happens to the world is told there: the first line that nobody takes is the end.
  await fetch(`${aws}/_sandbox/faults`, { method: 'POST', body: '{"region":"us-east-1","fault":"dark"}' });
  const { code, stderr } = await started.finished;

  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(await readdir(folder)).toEqual([]);
});

describe('a port that is in use', () => {
  test.for([
    ['AWS’s', 0],
    ['one of ARC’s five', 3],
  ] as const)('(%s) is named, with status 3, and nothing stays behind', async ([, offset]) => {
    const port = await occupiedPort(offset);

    const { code, stderr } = await understudy(['sandbox', '--port', `${port - offset}`], { env: { TMPDIR: folder } });

    expect(code).toBe(3);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another`);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a configuration that is wrong', () => {
  test('gives one line for each fault with the path to it, and status 2', async () => {
    const [orders, payments] = example.services;
    const file = join(folder, 'wrong.json');
    const services = [
      { ...orders, policy: { quorum: 1 }, regoins: [] },
      { ...payments, frontDoor: { url: 'payments' } },
    ];
    await writeFile(file, JSON.stringify({ ...example, account: '12345', services }));

    for (const { code, stdout, stderr } of await Promise.all([
      understudy(['status', '--config', file]),
      understudy(['sandbox', '--config', file]),
    ])) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toEqual([
        `understudy: ${file} has 4 mistakes:`,
        '  account must be the 12 digits of an AWS account',
        expect.stringMatching(/^ {2}services\[0\]\.policy\.quorum must be at least 2/),
        expect.stringMatching(/^ {2}services\[0\]\.regoins is unknown/),
        '  services[1].frontDoor.url is no http(s) URL',
      ]);
    }
  });

  test.for([
    ['is not there', 'none.ts', null, /none\.ts has a mistake:\n {2}does not exist/],
    ['is no JSON', 'broken.json', '{', /broken\.json has a mistake:\n {2}cannot be read as JSON/],
    ['exports nothing', 'empty.ts', 'export {};', /empty\.ts has a mistake:\n {2}has no default export/],
  ] as const)('says so when the file %s', async ([, name, content, said]) => {
    const file = join(folder, name);
    if (content !== null) await writeFile(file, content);

    const { code, stderr } = await understudy(['status', '--config', file]);

    expect(code).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

test.for([
  [['sandbox', '--tempo', '0'], '--tempo takes a number from 1 to 1000, not 0'],
  [['sandbox', '--tempo=-1'], '--tempo takes a number from 1 to 1000, not -1'],
  [['play', '--tempo', 'fast'], '--tempo takes a number from 1 to 1000, not fast'],
  [['play', '--tempo='], '--tempo takes a number from 1 to 1000, not nothing'],
  [['sandbox', '--port', '4566.5'], '--port takes a whole number from 0 to 65530, not 4566.5'],
  [['sandbox', '--tempo', '-1'], 'the value of --tempo starts with a dash; if it is meant so, write --tempo=…'],
  [['status', '--bogus'], "Unknown option '--bogus'; see understudy status --help"],
  [['sandbox', 'orders'], 'orders is too much; this command takes options alone'],
] as const)('%j is refused with a sentence, before anything is started', async ([args, said]) => {
  const { code, stdout, stderr } = await understudy(args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^understudy: .*\n$/);
  expect(stderr).toContain(said);
});

test('tells its version and Node’s', async () => {
  expect(await understudy(['--version'])).toEqual({
    code: 0,
    stdout: `understudy 0.1.0, Node ${process.version}\n`,
    stderr: '',
  });
});

test('help names every command, and every command’s help its options', async () => {
  const [overview, start, nothing] = await Promise.all([
    understudy(['--help']),
    understudy(['start', '--help']),
    understudy([]),
  ]);

  expect(overview.code).toBe(0);
  for (const command of ['start', 'rehearse', 'status', 'explain', 'ack', 'pause', 'resume', 'asl', 'sandbox', 'play'])
    expect(overview.stdout).toMatch(new RegExp(`^ +${command}\\b`, 'm'));
  expect(start).toMatchObject({ code: 0, stderr: '' });
  for (const option of ['--to', '--from', '--reason', '--force', '--endpoint', '--json'])
    expect(start.stdout).toContain(option);
  expect(nothing.code).toBe(2);
});

test('the state machine is printed as Amazon States Language', async () => {
  const { code, stdout } = await understudy(['asl', 'failover']);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ QueryLanguage: 'JSONata', StartAt: 'Admit', States: { Admit: {} } });
});

interface Socket {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

/** The sockets of a process that wait for somebody: TCP that listens, UDP that is tied to no peer. */
async function listening({ child }: Started): Promise<readonly Socket[]> {
  const inodes = new Set<string>();
  for (const fd of await readdir(`/proc/${child.pid}/fd`)) {
    // One may be closed while we look.
    const link = await readlink(`/proc/${child.pid}/fd/${fd}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  const sockets = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (table): Promise<Socket[]> => {
      const [, ...lines] = (await readFile(`/proc/${child.pid}/net/${table}`, 'utf8')).trimEnd().split('\n');
      return lines.flatMap((line) => {
        const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const waits = table.startsWith('tcp') ? state === '0A' : /^0+:0000$/.test(remote);
        if (!waits || !inodes.has(inode)) return [];
        const [address = '', port = ''] = local.split(':');
        return [
          { protocol: table.startsWith('tcp') ? 'tcp' : 'udp', address: dotted(address), port: parseInt(port, 16) },
        ];
      });
    }),
  );
  return sockets.flat();
}

/** IPv4 stands there as a number of this machine's byte order; whatever is longer is IPv6 and stays as it is. */
function dotted(hex: string): string {
  return hex.length > 8 ? hex : Buffer.from(hex, 'hex').reverse().join('.');
}

async function connection(host: string, port: number): Promise<void> {
  const socket = connect(port, host);
  await once(socket, 'connect').finally(() => socket.destroy());
}

/** A port that this process listens on, with so many free ones right below it. */
async function occupiedPort(below: number): Promise<number> {
  for (;;) {
    const server = await listen(0);
    const { port } = server.address() as AddressInfo;
    try {
      for (let lower = port - below; lower < port; lower++) (await listen(lower)).close();
    } catch {
      // Somebody has one of them: another place will do.
      server.close();
      continue;
    }
    onTestFinished(() => void server.close());
    return port;
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
