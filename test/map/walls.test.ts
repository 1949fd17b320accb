import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

/** Each imports those before it, and none behind it. */
const rooms = [
  'core',
  'deployment',
  'config',
  'workflows',
  'runbook',
  'synthetics',
  'handlers',
  'console',
  'origin',
  'infra',
  'loopback',
  'simulation',
  'sandbox',
  'build',
  'cli',
] as const;

const filesOf = async (room: string): Promise<string[]> =>
  (await readdir(room, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)));

/** Types too: who imports a type has to know the other file as well. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );

const files = (await Promise.all(rooms.map(filesOf))).flat();
const graph = new Map(files.map((file) => [file, importsOf(file)]));

test('every import leads to an earlier room or stays in its own', () => {
  const place = (file: string) => rooms.findIndex((room) => file.startsWith(room + sep));
  const upward = [...graph].flatMap(([file, paths]) =>
    paths
      .filter((path) => place(path) > place(file) || (place(path) < 0 && path.includes(sep)))
      .map((path) => `${file} imports ${path}`),
  );

  expect(files.length).toBeGreaterThan(500);
  expect(upward).toEqual([]);
});

test('no files import one another in a circle, types included', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) circles.push([...way.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);

  expect(circles).toEqual([]);
});
