import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, transform } from 'esbuild';
import { copyPage } from '../console/page-file.ts';
import { copyPageFile } from '../deployment/functions.ts';

/** A page that a person waits for on a telephone in a tunnel. Bytes, before compression. */
const PAGE_BYTES_MAX = 128 * 1024;

const source = (name: string): string => fileURLToPath(new URL(`../console/page/${name}`, import.meta.url));

/** Writes the page for copies beside the function that fills them in, made of the console's page in `outDir`. */
export async function buildCopyPage(outDir: string): Promise<void> {
  const html = await readFile(join(outDir, 'console', 'index.html'), 'utf8');
  const file = join(outDir, 'functions', copyPageFile);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, copyPage(html));
}

/** Writes the console's page as one file that loads nothing: one script and one style inside. */
export async function buildConsole(outFile: string): Promise<{ readonly bytes: number; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [source('main.tsx')],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    format: 'iife',
    // Only for a browser does esbuild write `</script>` in a string so that it does not end the script.
    platform: 'browser',
    target: ['chrome123', 'firefox125', 'safari17.5'],
    tsconfig: source('tsconfig.json'),
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text.trim() ?? '';
  const css = await readFile(source('style.css'), 'utf8');
  const style = (await transform(css, { loader: 'css', minify: true })).code.trim();
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<title>Understudy</title>',
    `<style>${style}</style>`,
    '<div id="page"></div>',
    `<script>${script}</script>`,
    '</html>',
    '',
  ].join('\n');
  const bytes = Buffer.byteLength(html);
  if (bytes > PAGE_BYTES_MAX) throw new Error(`the console's page has ${bytes} bytes, more than ${PAGE_BYTES_MAX}`);
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, html);
  return { bytes, metafile };
}
