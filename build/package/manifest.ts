import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';
import about from '../../package.json' with { type: 'json' };
import { entries } from './entries.ts';

/** The name in the registry, where `understudy` is somebody else's. */
const packageName = 'understudy-failover';

/** What a CDK app has anyway, and a configuration does not need. */
const peers = {
  // The first that knows weak references between regions' stacks and validations.
  'aws-cdk-lib': `^${about.devDependencies['aws-cdk-lib']}`,
  constructs: '^10.5.1',
};

/** What the command has beside what its files import. */
const brought = {
  // Runs the TypeScript of a configuration where Node does not.
  jiti: '2.7.0',
};

/**
 * `package.json` of the package: it depends on what the files of the library import, in the versions that the repository is tested with.
 * Throws where they import what the repository does not depend on.
 */
export function manifestOf(library: readonly Metafile[]) {
  return {
    name: packageName,
    version: about.version,
    description: about.description,
    license: about.license,
    keywords: [
      ...['aws', 'cdk', 'aws-cdk', 'failover', 'multi-region', 'disaster-recovery'],
      ...['cloudfront', 'route53', 'step-functions', 'high-availability'],
    ],
    type: 'module',
    engines: { node: '>=20.19' },
    bin: { understudy: './lib/understudy.js' },
    exports: {
      ...Object.fromEntries(Object.entries(entries).map(([path, { name, file }]) => [path, exportOf(name, file)])),
      './schema.json': './schema.json',
      // Of the events that it sends.
      './schemas/*.json': './schemas/*.json',
      './package.json': './package.json',
    },
    // For who resolves packages as Node did before it knew exports.
    main: './lib/index.cjs',
    types: declarationOf(entries['.'].file, 'cts'),
    typesVersions: {
      '*': Object.fromEntries(
        Object.entries(entries).flatMap(([path, { file }]) =>
          path === '.' ? [] : [[path.slice('./'.length), [declarationOf(file, 'cts')]]],
        ),
      ),
    },
    files: ['lib', 'dist', 'schema.json', 'schemas', 'CHANGELOG.md', 'THIRD_PARTY.md', 'sbom.cdx.json'],
    dependencies: { ...dependenciesOf(library), ...brought },
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
    // Functions and canaries are folders that are read by path, by other processes, too.
    preferUnplugged: true,
  };
}

const declarationOf = (file: string, ending: 'ts' | 'cts'): string =>
  `./lib/types/${file.replace(/\.ts$/, '')}.d.${ending}`;

const exportOf = (name: string, file: string) => ({
  import: { types: declarationOf(file, 'ts'), default: `./lib/${name}.js` },
  require: { types: declarationOf(file, 'cts'), default: `./lib/${name}.cjs` },
});

function dependenciesOf(library: readonly Metafile[]): Record<string, string> {
  const imported = library
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ imports }) => imports.filter(({ external }) => external === true).map(({ path }) => path))
    .filter((path) => !path.startsWith('node:') && !isBuiltin(path))
    .map(packageOf);
  const known: Readonly<Record<string, string>> = about.dependencies;
  return Object.fromEntries(
    [...new Set(imported)].toSorted().flatMap((name) => {
      if (Object.hasOwn(peers, name)) return [];
      const version = known[name];
      if (version === undefined) throw new Error(`the library imports ${name}, which package.json does not depend on`);
      return [[name, version]];
    }),
  );
}

/** `@aws-sdk/core` of `@aws-sdk/core/protocols`. */
const packageOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
