import { execFile } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entries } from '../../build/package/entries.ts';
import type { FailoverInput } from '../../config/index.ts';
import example from '../../understudy.config.ts';
import { byStore } from '../infra/planned.ts';
import { documentedImports } from '../package/documented.ts';
import { installed, nodes, type Project } from '../package/installed.ts';

let project: Project;

const failover: FailoverInput = { ...example, services: [byStore()] };

beforeAll(async () => {
  project = await installed();
  await project.write('failover.json', JSON.stringify(failover));
}, 120_000);
afterAll(() => project[Symbol.asyncDispose]());

const specifier = (entry: string) => `understudy-failover${entry.slice(1)}`;

/** Every package that comes with this one, and what its own file says of it. */
async function broughtAlong(): Promise<ReadonlyMap<string, Record<string, never>>> {
  const seen = new Map<string, Record<string, never>>();
  const visit = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    // What the repository does not have, npm has not brought it: the command loads it where Node runs no TypeScript.
    const about = name === 'jiti' ? {} : JSON.parse(await readFile(join('node_modules', name, 'package.json'), 'utf8'));
    seen.set(name, about);
    for (const next of Object.keys(about.dependencies ?? {})) await visit(next);
  };
  for (const name of Object.keys(project.manifest.dependencies)) await visit(name);
  return seen;
}

test('the package brings nothing that is compiled, or run, when it is installed', async () => {
  const seen = await broughtAlong();
  for (const [name, { scripts = {}, gypfile }] of seen) {
    expect({
      name,
      gypfile,
      scripts: Object.keys(scripts).filter((each) => /^(pre|post)?install$/.test(each)),
    }).toEqual({
      name,
      gypfile: undefined,
      scripts: [],
    });
  }

  expect(seen.size).toBeGreaterThan(20);
  expect([...seen.keys()]).not.toContain('dynalite');
});

test('its bill of materials has what is in its files, and what comes with it, each with a licence', async () => {
  const file = (name: string) => readFile(join(project.folder, 'node_modules', 'understudy-failover', name), 'utf8');
  const { components } = JSON.parse(await file('sbom.cdx.json')) as { readonly components: readonly Component[] };
  const included = (how: string) =>
    components.filter(({ properties }) => properties.some(({ value }) => value === how)).map(({ name }) => name);
  const noticed = [...(await file('THIRD_PARTY.md')).matchAll(/^## (\S+) \S+ \([\w.-]+\)$/gm)].map(([, name]) => name);

  expect(new Set(included('installed'))).toEqual(new Set((await broughtAlong()).keys()));
  expect(new Set(included('bundled'))).toEqual(new Set(noticed));
  expect(noticed).toEqual(expect.arrayContaining(['dynalite', 'preact', 'zod']));
  expect(components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name }) => name)).toEqual(['jiti']);
});

interface Component {
  readonly name: string;
  readonly licenses?: readonly object[];
  readonly properties: readonly { readonly value: string }[];
}

test('publint and attw find nothing to say of it', async () => {
  const tool = (name: string) => resolve('node_modules', '.bin', name);

  expect(await project.run(process.execPath, [tool('publint'), '--strict', project.tarball])).toContain('All good!');
  expect(await project.run(process.execPath, [tool('attw'), project.tarball])).toContain('No problems found');
});

test('whatever the build writes is in it, but the topologies, which are examples of the repository', async () => {
  const built = (await readdir('dist')).filter((name) => name !== 'topologies' && name !== '.complete');

  expect((await readdir(join(project.folder, 'node_modules', 'understudy-failover', 'dist'))).sort()).toEqual(
    built.sort(),
  );
});

describe.each(nodes)('on %s', (node) => {
  test('every entry can be imported, and required, with what it exports here', async () => {
    const specifiers = JSON.stringify(Object.keys(entries).map(specifier));
    const print = (load: string) =>
      `for (const each of ${specifiers}) console.log(Object.keys(${load}).filter((name) => name !== 'default').sort().join());`;
    await project.write('imports.mjs', print('await import(each)'));
    await project.write('requires.cjs', print('require(each)'));
    const expected = await Promise.all(
      Object.values(entries).map(async ({ file }) =>
        Object.keys(await import(resolve(file)))
          .sort()
          .join(),
      ),
    );

    expect((await project.run(node, ['imports.mjs'])).trim().split('\n')).toEqual(expected);
    expect((await project.run(node, ['requires.cjs'])).trim().split('\n')).toEqual(expected);
  });

  test('what README and docs import from it is there, for who imports and for who requires', async () => {
    const documented = await documentedImports();
    const imports = documented.flatMap(({ values, from }, index) =>
      values.map((name) => `import { ${name} as ${name}${index} } from '${from}';`),
    );
    const requires = documented.flatMap(({ values, from }) =>
      values.map((name) => `if (require('${from}').${name} === undefined) throw new Error('${from} has no ${name}');`),
    );
    await project.write('documented.mjs', imports.join('\n'));
    await project.write('documented.cjs', requires.join('\n'));

    expect(new Set(documented.map(({ from }) => from))).toEqual(new Set(Object.keys(entries).map(specifier)));
    await project.run(node, ['documented.mjs']);
    await project.run(node, ['documented.cjs']);
  });

  test('the schema of an event is there for programs that take events', async () => {
    const file = 'understudy-failover/schemas/understudy.run.concluded.v1.json';

    expect(await project.run(node, ['-p', `require('${file}').title`])).toBe('understudy.run.concluded\n');
  });

  test('the command says what it can, and what a configuration costs', async () => {
    const command = join('node_modules', 'understudy-failover', 'lib', 'understudy.js');

    const { stdout: said } = await promisify(execFile)(process.execPath, ['cli/understudy.ts', '--help']);
    expect(await project.run(node, [command, '--help'])).toBe(said);
    expect(await project.run(node, [command, 'help'])).toBe(said);
    expect(await project.run(node, [command, 'cost', '--help'])).toContain('understudy cost');
    expect(await project.run(node, [command, 'cost', '--config', 'failover.json'])).toContain('canaries');
  });

  test('the help is all that is loaded for the help', async () => {
    const alone = project.within('alone');
    for (const file of ['understudy.js', 'help.txt']) {
      const from = join(project.folder, 'node_modules', 'understudy-failover', 'lib', file);
      await alone.write(file, await readFile(from, 'utf8'));
    }
    await alone.write('package.json', '{ "type": "module" }');

    expect(await alone.run(node, ['understudy.js', '--help'])).toContain('Usage: understudy <command>');
  });

  test.each(['mjs', 'cjs'])('an app of somebody else’s has the stacks, without flags of ours: .%s', async (ending) => {
    const load = (name: string, from: string) =>
      ending === 'mjs' ? `import { ${name} } from '${from}';` : `const { ${name} } = require('${from}');`;
    await project.write(
      `app.${ending}`,
      `${load('App', 'aws-cdk-lib')} ${load('Understudy', 'understudy-failover/cdk')} ${load('readFileSync', 'node:fs')}
       const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
       new Understudy(app, 'Understudy', { failover: JSON.parse(readFileSync('failover.json', 'utf8')) });
       console.log(app.synth().stacks.map(({ stackName }) => stackName).sort().join());`,
    );

    const stacks = (await project.run(node, [`app.${ending}`])).trim().split(',');
    const withoutGroups = stacks.filter((stack) => !/-\d\d$/.test(stack));
    const regions = ['ca-central-1', 'us-east-2', 'us-west-2'].map((region) => `understudy-${region}`);
    expect(withoutGroups).toEqual([...regions, 'understudy-ledger', 'understudy-levers'].sort());
    // Of each group of services, one in each of these regions, and its dashboard.
    const ofGroups = (prefix: string) => stacks.filter((stack) => new RegExp(`^${prefix}-\\d\\d$`).test(stack)).length;
    expect([...regions, 'understudy-page'].map(ofGroups)).toEqual(Array(4).fill(ofGroups('understudy-page')));
    expect(ofGroups('understudy-page')).toBeGreaterThan(0);
  });
});

const compiler = resolve('node_modules', '.bin', 'tsc');
const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', 'node'];

test.each(['mts', 'cts'])('TypeScript finds what README and docs import, types too: .%s', async (ending) => {
  const imports = (await documentedImports()).map(
    ({ names, from }, index) =>
      `export type { ${names.map((name) => `${name} as ${name}${index}`).join(', ')} } from '${from}';`,
  );
  await project.write(`documented.${ending}`, imports.join('\n'));

  await project.run(process.execPath, [compiler, ...options, `documented.${ending}`]);
});

test('the examples of hooks are functions of the contract, for TypeScript', async () => {
  const page = await readFile(join('docs', 'hooks.md'), 'utf8');
  const examples = [...page.matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(([, code = '']) => code)
    .filter((code) => /^export/m.test(code));
  expect(examples).toHaveLength(2);
  for (const [index, code] of examples.entries()) {
    await project.write(`hook${index}.mts`, code);
    await project.run(process.execPath, [compiler, ...options, `hook${index}.mts`]);
  }
  await project.write('wrong-hook.mts', (examples[0] ?? '').replace("kind: 'ok'", "kind: 'yes'"));
  await expect(project.run(process.execPath, [compiler, ...options, 'wrong-hook.mts'])).rejects.toMatchObject({
    stdout: expect.stringContaining('"yes"'),
  });
});

test.each(['mts', 'cts'])('TypeScript knows what a configuration takes, and what it does not: .%s', async (ending) => {
  const program = (name: string) => `import { defineFailover } from 'understudy-failover';
    import { Understudy } from 'understudy-failover/cdk';
    import { startSandbox, type World } from 'understudy-failover/testing';
    export const failover = defineFailover({ ...({} as Parameters<typeof defineFailover>[0]), ${name}: '123456789012' });
    export const world: Promise<World> = startSandbox({ failover });
    export const construct = (scope: ConstructorParameters<typeof Understudy>[0]) => new Understudy(scope, 'U', { failover });`;
  await project.write(`right.${ending}`, program('account'));
  await project.write(`wrong.${ending}`, program('acount'));

  await project.run(process.execPath, [compiler, ...options, `right.${ending}`]);
  await expect(project.run(process.execPath, [compiler, ...options, `wrong.${ending}`])).rejects.toMatchObject({
    stdout: expect.stringContaining("'acount' does not exist in type"),
  });
});

test('what init writes into an empty folder is valid, synthesises, and passes the test that loses a region', async () => {
  const node = process.execPath;
  const command = join(project.folder, 'node_modules', 'understudy-failover', 'lib', 'understudy.js');
  const answers = ['--front-door', 'https://orders.example.com', '--api', 'https://orders-{region}.example.com'];
  const fresh = project.within('fresh');
  await fresh.write('.keep', '');
  await fresh.run(node, [command, 'init', ...answers, '--account', '123456789012']);

  await expect(fresh.run(node, [command, 'init', ...answers, '--account', '123456789012'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('understudy.config.ts, '),
  });
  expect(await fresh.run(node, [command, 'check'])).toMatch(/^services\[0\]\.policy\.dwellMs +\d+ {2}\(default\)$/m);
  await fresh.run(node, ['understudy.app.ts']);
  expect(await fresh.run(node, ['--test'])).toContain('orders survives the loss of us-east-1');
}, 600_000);

test('an app of somebody else’s takes it in fewer than 40 changed lines, and survives the loss of its home region', async () => {
  const [before, after] = ['before', 'after'].map((name) => join('test', 'package', 'shop', name)) as [string, string];
  const changed = (await linesOfDiff(before, after)).filter((line) => /^[-+](?![-+]{2} )/.test(line));
  expect(changed.length).toBeLessThan(40);
  // The Node of who runs `npm test`: the oldest that the package takes has no shared threads.
  const node = nodes.at(-1) ?? process.execPath;
  const shop = project.within('shop');
  await cp(after, shop.folder, { recursive: true });
  await shop.run(node, ['bin/shop.js']);
  await shop.write(
    'lost.mjs',
    `import { startSandbox } from 'understudy-failover/testing';
     import failover from './understudy.config.js';
     const world = await startSandbox({ failover, assembly: 'cdk.out' });
     try {
       const { frontDoor } = world.addresses.services.shop;
       const moved = await fetch(new URL('/cart', frontDoor), { redirect: 'manual' });
       console.log('their redirect', moved.status, moved.headers.get('location'));
       await world.served('shop').by('us-east-1');
       await world.lose('us-east-1');
       await world.served('shop').by('us-west-2');
       // Each edge location is told in its own time.
       const believed = async () => (await (await fetch(new URL('/.well-known/understudy/shop', frontDoor))).json()).region;
       while ((await believed()) !== 'us-west-2') await new Promise((resolve) => setTimeout(resolve, 100));
     } finally {
       await world.close();
     }`,
  );

  expect(await shop.run(node, ['lost.mjs'])).toBe('their redirect 301 /basket/\n');
}, 600_000);

test('init reads an app’s own synthesis, and asks nothing', async () => {
  const command = join(project.folder, 'node_modules', 'understudy-failover', 'lib', 'understudy.js');
  const shop = project.within('unprotected');
  await cp(join('test', 'package', 'shop', 'before'), shop.folder, { recursive: true });
  await shop.run(process.execPath, ['bin/shop.js']);

  expect(await shop.run(process.execPath, [command, 'init', '--from-template', 'cdk.out'])).toContain(
    'found frontDoor: https://shop.example.com\n',
  );
  const settings = await shop.run(process.execPath, [command, 'check']);
  for (const [path, value] of [
    ['account', '123456789012'],
    ['services[0].regions[0].endpoint', 'https://api-us-east-1.shop.example.com'],
    ['services[0].regions[1].endpoint', 'https://api-us-west-2.shop.example.com'],
    ['services[0].frontDoor.url', 'https://shop.example.com'],
  ] as const) {
    expect(settings.split('\n').find((line) => line.startsWith(`${path} `))).toContain(JSON.stringify(value));
  }
}, 120_000);

/** Of two folders. git says by its exit status that there is one. */
const linesOfDiff = (before: string, after: string): Promise<readonly string[]> =>
  promisify(execFile)('git', ['diff', '--no-index', '--unified=0', before, after]).then(
    () => [],
    ({ code, stdout, stderr }: { readonly code: number; readonly stdout: string; readonly stderr: string }) => {
      if (code !== 1) throw new Error(stderr);
      return stdout.split('\n');
    },
  );
