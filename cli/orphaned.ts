import { readFileSync } from 'node:fs';

/**
 * Calls `end` once npm, which started this process, is gone without having told it: killed, or with it the shell between them. Under
 * nothing else, because whoever starts a command in the background means to leave it there. Needs Linux's `/proc`; elsewhere it does nothing.
 */
export function whenOrphaned(end: () => void): void {
  const chain = chainToNpm(process.ppid);
  if (chain === null) return;
  const timer = setInterval(() => {
    if (chainToNpm(process.ppid)?.join() === chain.join()) return;
    clearInterval(timer);
    end();
  }, lookEveryMs);
  timer.unref();
}

const lookEveryMs = 1_000;
/** npm, its shell, and a runner such as npx between them. */
const farthest = 3;

/** The processes from this one's parent up to npm; null where npm is not among them. */
function chainToNpm(parent: number): number[] | null {
  const chain: number[] = [];
  for (
    let process = ofProcess(parent);
    process !== null && chain.length < farthest;
    process = ofProcess(process.parent)
  ) {
    chain.push(process.id);
    if (process.name.startsWith('npm')) return chain;
  }
  return null;
}

function ofProcess(id: number): { readonly id: number; readonly name: string; readonly parent: number } | null {
  try {
    // `12 (npm run start) S 7 …`: a name may hold anything, brackets too. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const fields = /^\d+ \((?<name>.*)\) \S (?<parent>\d+) /s.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.groups;
    return fields === undefined ? null : { id, name: fields['name'] ?? '', parent: Number(fields['parent']) };
  } catch {
    // Gone, or no `/proc` here.
    return null;
  }
}
