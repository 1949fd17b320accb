import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled.ts';

/** Names, licences and notices of the packages that are in files of ours, which their licences ask for. */
export async function noticesOf(bundled: readonly BundledPackage[]): Promise<string> {
  const notices = await Promise.all(bundled.map(noticeOf));
  return ['# Packages in files of this package', '', ...notices].join('\n');
}

async function noticeOf({ folder, name, version, license }: BundledPackage): Promise<string> {
  const files = (await readdir(folder)).filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`## ${name} ${version} (${license})`, '', ...(texts.length > 0 ? texts : [without(license)])]
    .map((text) => text.trim())
    .concat('')
    .join('\n');
}

/** Of a package that names its licence and does not bring it. */
const without = (license: string): string =>
  license === 'Apache-2.0'
    ? 'It brings no file with its licence, which is that of this package: LICENSE.'
    : `It brings no file with its licence: https://spdx.org/licenses/${license}.html`;
