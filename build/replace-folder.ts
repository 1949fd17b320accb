import { chmod, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Has `write` fill a new folder beside `folder` and puts it in `folder`'s place when it is complete: whoever reads there
 * sees the old one or the new one, and a build that fails or is interrupted leaves the old one as it was. `now` in
 * milliseconds.
 */
export async function replaceFolder(
  folder: string,
  now: number,
  write: (newFolder: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(folder, now);
  // A sibling, as deep as the folder itself: source maps point to their sources by relative paths.
  const next = await mkdtemp(join(dirname(folder), prefixOf(folder)));
  await chmod(next, 0o755);
  try {
    await write(next);
    await swap(folder, next);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
}

/** Two builds at once may meet here: the later one wins. */
const attemptsMax = 5;

/** A folder cannot be renamed onto one that has files, so for a moment between two renames there is none. */
async function swap(folder: string, next: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const old = `${next}-old-${attempt}`;
    const moved = await moveAside(folder, old);
    try {
      await rename(next, folder);
      return;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const isTaken = code === 'ENOTEMPTY' || code === 'EEXIST';
      if (isTaken && attempt < attemptsMax) continue;
      if (moved && !isTaken) await rename(old, folder);
      throw cause;
    } finally {
      await rm(old, { recursive: true, force: true });
    }
  }
}

async function moveAside(folder: string, old: string): Promise<boolean> {
  try {
    await rename(folder, old);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
}

const prefixOf = (folder: string): string => `.${basename(folder)}-`;

/** A build takes seconds: what is an hour old belongs to none that runs. */
const leftoverMs = 3_600_000;

async function removeLeftovers(folder: string, now: number): Promise<void> {
  const parent = dirname(folder);
  const leftovers = (await readdir(parent)).filter((name) => name.startsWith(prefixOf(folder)));
  for (const path of leftovers.map((name) => join(parent, name))) {
    const modifiedAtMs = (await stat(path).catch(() => null))?.mtimeMs ?? now;
    if (now - modifiedAtMs > leftoverMs) await rm(path, { recursive: true, force: true });
  }
}
