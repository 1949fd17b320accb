import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { BundledPackage } from './bundled.ts';

/** What npm says of everything that the repository has. https://cyclonedx.org/docs/1.5/json/ */
const bomSchema = z.looseObject({
  components: z.array(z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() })),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

export interface SbomOptions {
  readonly root: string;
  readonly manifest: {
    readonly name: string;
    readonly version: string;
    readonly license: string;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  readonly bundled: readonly BundledPackage[];
  /** In milliseconds. */
  readonly now: number;
}

/**
 * The bill of materials of the package in CycloneDX: what is in its files (`bundled`), and what comes with it when it is installed in the
 * versions that were tested (`installed`). Licences and hashes are npm's, from the lock file.
 */
export async function sbomOf({ root, manifest, bundled, now }: SbomOptions): Promise<object> {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  const { components, dependencies, ...about } = bomSchema.parse(JSON.parse(stdout));
  const direct = Object.entries(manifest.dependencies).map(([name, version]) => `${name}@${version}`);
  const installed = reached(direct, new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn])));
  const inFiles = new Set(bundled.map(({ name, version }) => `${name}@${version}`));
  const described = components.flatMap(({ properties: _, scope: __, ...component }) => {
    const how = [
      ...(inFiles.has(`${component.name}@${component.version}`) ? ['bundled'] : []),
      ...(installed.has(component['bom-ref']) ? ['installed'] : []),
    ];
    const properties = how.map((value) => ({ name: 'understudy:included', value }));
    return how.length === 0 ? [] : [{ ...component, scope: 'required', properties }];
  });
  const known = new Set(described.map((component) => component['bom-ref']));
  const ref = `${manifest.name}@${manifest.version}`;
  return {
    $schema: about['$schema'],
    bomFormat: 'CycloneDX',
    specVersion: about['specVersion'],
    version: 1,
    metadata: {
      timestamp: new Date(now).toISOString(),
      component: {
        'bom-ref': ref,
        type: 'library',
        name: manifest.name,
        version: manifest.version,
        purl: `pkg:npm/${ref}`,
        licenses: [{ license: { id: manifest.license } }],
      },
    },
    components: [...described, ...direct.filter((each) => !known.has(each)).map(notHere)],
    dependencies: [
      { ref, dependsOn: direct },
      ...dependencies
        .filter((each) => known.has(each.ref))
        .map((each) => ({ ...each, dependsOn: each.dependsOn.filter((on) => known.has(on)) })),
    ],
  };
}

function reached(from: readonly string[], dependsOn: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (ref: string) => {
    if (found.has(ref)) return;
    found.add(ref);
    for (const next of dependsOn.get(ref) ?? []) visit(next);
  };
  for (const ref of from) visit(ref);
  return found;
}

/** The package depends on it and the repository does not: of it no more is known than that. */
function notHere(ref: string): object {
  const [, name = '', version = ''] = /^(.+)@([^@]+)$/.exec(ref) ?? [];
  return {
    'bom-ref': ref,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${ref}`,
    properties: [{ name: 'understudy:included', value: 'installed' }],
  };
}
