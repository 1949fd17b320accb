import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { options } from '../configuration-page.ts';
import { buildConsole, buildCopyPage } from '../console.ts';
import { buildEdgeFiles } from '../edge.ts';
import { buildHandlers } from '../handlers.ts';
import { jsonSchema } from '../json-schema.ts';
import { replaceFolder } from '../replace-folder.ts';
import { bundledPackages } from './bundled.ts';
import { buildDeclarations } from './declarations.ts';
import { programs } from './entries.ts';
import { buildLibrary } from './library.ts';
import { manifestOf } from './manifest.ts';
import { noticesOf } from './notices.ts';
import { sbomOf } from './sbom.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Fills a folder that `npm pack` makes the package of: the library and the command in `lib/`, functions, canaries, the edge function
 * and the console’s page in `dist/`, without source maps. `now` in milliseconds.
 */
export async function buildPackage(outDir: string, now: number): Promise<void> {
  await mkdir(join(outDir, '..'), { recursive: true });
  await replaceFolder(outDir, now, async (folder) => {
    const built = join(folder, 'built');
    const [library, { metafiles }, , console] = await Promise.all([
      buildLibrary(folder),
      buildHandlers(built),
      buildEdgeFiles(join(folder, 'dist')),
      buildConsole(join(folder, 'dist', 'console', 'index.html')),
      buildDeclarations(folder),
    ]);
    await cp(built, join(folder, 'dist'), { recursive: true, filter: (file) => !file.endsWith('.map') });
    await rm(built, { recursive: true });
    await buildCopyPage(join(folder, 'dist'));
    await copyFile(join(root, 'build', 'package', 'understudy.js'), join(folder, 'lib', 'understudy.js'));
    await writeFile(join(folder, 'lib', 'help.txt'), await helpText());
    await chmod(join(folder, 'lib', 'understudy.js'), 0o755);
    await copyFile(join(root, 'docs', 'cdk.md'), join(folder, 'README.md'));
    for (const file of ['CHANGELOG.md', 'LICENSE']) await copyFile(join(root, file), join(folder, file));
    const bundled = await bundledPackages([...library, ...metafiles, console.metafile]);
    const manifest = manifestOf(library);
    await writeFile(join(folder, 'THIRD_PARTY.md'), await noticesOf(bundled));
    await writeJson(join(folder, 'sbom.cdx.json'), await sbomOf({ root, manifest, bundled, now }));
    await cp(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
    await writeJson(join(folder, 'schema.json'), jsonSchema(options()));
    await writeJson(join(folder, 'package.json'), manifest);
  });
}

/** What the command says of itself, in a process of its own, because it is made of what the build makes. */
async function helpText(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, programs.cli), '--help'], { cwd: root });
  return stdout;
}

const writeJson = (file: string, value: object) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`);

if (import.meta.main) {
  const folder = join('out', 'package');
  await buildPackage(folder, Date.now());
  process.stdout.write(`npm pack ./${folder} makes the package\n`);
}
