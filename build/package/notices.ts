import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Names and licences of the packages that are in files of ours, which their licences ask for. `built`: what esbuild says of all of them. */
export async function noticesOf(built: readonly Metafile[]): Promise<string> {
  const folders = built
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const notices = await Promise.all([...new Set(folders)].toSorted().map(noticeOf));
  return ['# Packages in files of this package', '', ...notices].join('\n');
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license, licenses } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
    readonly licenses?: { readonly type: string };
  };
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? 'It has no file with its licence.' : await readFile(join(folder, file), 'utf8');
  return [`## ${name} ${version} (${license ?? licenses?.type ?? 'no licence named'})`, '', text.trim(), ''].join('\n');
}
