import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { entries } from './entries.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes the declarations of the entries, and of what they mention, to `<outDir>/lib/types`: for who imports them as ES modules and,
 * with names of their own, for who requires them. Rejects with what the compiler says.
 */
export async function buildDeclarations(outDir: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-declarations-'));
  try {
    await compile(folder);
    const files = new Map<string, string>();
    for (const { file } of Object.values(entries)) await collect(asDeclaration(file), folder, files);
    for (const [file, text] of files) {
      await write(join(outDir, 'lib', 'types', file), renamed(text, '.js'));
      await write(join(outDir, 'lib', 'types', file.replace(/\.ts$/, '.cts')), renamed(text, '.cjs'));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(outDir: string): Promise<void> {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir,
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    include: [],
    files: [
      ...Object.values(entries).map(({ file }) => file),
      'handlers/edge/cloudfront.d.ts',
      'loopback/aws/dynalite.d.ts',
    ].map((file) => join(root, file)),
  };
  const project = join(outDir, 'tsconfig.json');
  await writeFile(project, JSON.stringify(config));
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '--project', project], { cwd: root }).catch(
    (error: { readonly stdout?: string }) => {
      throw new Error(`the declarations could not be written:\n${error.stdout ?? error}`);
    },
  );
}

/** The file and what it imports of ours, as far as the compiler wrote it: what nobody mentions is nobody's business. */
async function collect(file: string, folder: string, files: Map<string, string>): Promise<void> {
  if (files.has(file)) return;
  const text = await readFile(join(folder, file), 'utf8');
  files.set(file, text);
  for (const [, path = ''] of text.matchAll(ownPath))
    await collect(asDeclaration(normalize(join(dirname(file), path))), folder, files);
}

const ownPath = /(?<=\bfrom |\bimport\(|\bimport )['"](\.[^'"]+)\.ts['"]/g;

const asDeclaration = (file: string): string => `${relative('.', file).replace(/\.ts$/, '')}.d.ts`;

const renamed = (text: string, ending: string): string =>
  text.replaceAll(ownPath, (_, path: string) => `'${path}${ending}'`);

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
