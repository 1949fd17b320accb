import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Understudy is in: of the repository, or of the package in somebody's `node_modules`. */
export const installation: string = folderWith('package.json', dirname(fileURLToPath(import.meta.url)));

/** What the build wrote: infra and the sandbox reach code by its path and never import it. */
export const dist = (...path: string[]): string => join(installation, 'dist', ...path);

/** Whether it is the package: it has no sources, and belongs to a project that it may write nothing to but a cache. */
export const isPackage: boolean = !existsSync(join(installation, 'infra'));

/** What a person writes before a command. */
export const commandLine: string = isPackage ? 'npx understudy' : 'npm run understudy --';

function folderWith(file: string, from: string): string {
  if (existsSync(join(from, file))) return from;
  if (dirname(from) === from) throw new Error(`there is no ${file} above ${fileURLToPath(import.meta.url)}`);
  return folderWith(file, dirname(from));
}
