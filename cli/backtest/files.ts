import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import * as z from 'zod';
import { readJson } from '../../config/read-json.ts';
import { type Instant, type Region, region } from '../../core/brand.ts';
import { type Failover, regionNames } from '../../core/service.ts';
import { UsageError } from '../command.ts';
import { instantSchema } from '../instant.ts';
import { alarmHistory, type HistoryFile, type StateChange } from './alarm-history.ts';
import type { AlarmNames, Told } from './alarm-names.ts';
import { checkedInput, historyPages } from './history-page.ts';

export interface Histories {
  /** Oldest first. */
  readonly changes: readonly StateChange[];
  /** Alarms that a whole history would tell of: one that never changed in it was OK. */
  readonly standing: readonly (Told & { readonly alarm: string })[];
  /** What is missing and what was left out, for people. */
  readonly notes: readonly string[];
}

/**
 * The histories at `path`. An alarm's history does not say in which region the alarm stands, so the name of a file does, or of its
 * folder: `us-east-2.json`, `us-east-2-page-1.json`, `us-east-2/1.json`. `path` is one of them, or a folder of them.
 */
export async function readHistories(path: string, names: AlarmNames, failover: Failover): Promise<Histories> {
  const files = await Promise.all(
    (await filesAt(path)).map(async (file): Promise<HistoryFile> => {
      const observer = observerOf(relative(path, file) || basename(file), failover.observers);
      return { file, observer, pages: historyPages(await jsonIn(file, historyAdvice), file) };
    }),
  );
  for (const { file, observer, pages } of files) {
    const isMapped = pages.some(({ items }) => items.some(({ alarm }) => names.toldBy(alarm, null) !== null));
    if (observer === null && !isMapped) throw namedAfterNobody(file, failover);
  }
  const history = alarmHistory(files, names);
  const cut = new Set<Region | null>();
  for (const [observer, own] of Map.groupBy(files, ({ observer }) => observer)) {
    // The last page has no token; the others lead to it.
    if (own.flatMap(({ pages }) => pages).every(({ isCut }) => isCut)) cut.add(observer);
  }
  const whole = [...new Set(files.map(({ observer }) => observer))].filter((observer) => !cut.has(observer));
  return {
    changes: history.changes,
    standing: names.standing(
      whole.filter((observer) => observer !== null),
      cut.size === 0,
    ),
    notes: [...files.filter(({ observer }) => cut.has(observer)).map(({ file }) => onePage(file)), ...history.notes],
  };
}

const onePage = (file: string) =>
  `${file} is one page, not all: it has a NextToken, and what is older is not in it; leave out --max-items and --no-paginate, or put the other pages beside it`;

const historyAdvice = 'print the history with --output json';

function observerOf(path: string, observers: readonly Region[]): Region | null {
  for (const part of path.split(sep).toReversed()) {
    const found = observers.find((name) => part.startsWith(name) && !/^[a-z0-9]/i.test(part.slice(name.length)));
    if (found !== undefined) return found;
  }
  return null;
}

function namedAfterNobody(file: string, { observers }: Failover): UsageError {
  return new UsageError(
    `${file} is named after no observer; name it by the region of its alarms: ${observers.join('.json, ')}.json`,
  );
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`${path} does not exist`);
  if (!found.isDirectory()) return [path];
  const files = (await readdir(path, { recursive: true })).filter((name) => /\.json$/i.test(name)).sort();
  if (files.length === 0) throw new UsageError(`${path} has no .json file`);
  return files.map((name) => join(path, name));
}

/** When a region really was out of order, as people know it. */
export interface Outage {
  readonly service: string;
  readonly region: Region;
  readonly from: Instant;
  readonly to: Instant;
}

const truthSchema = z.array(
  z.strictObject({
    service: z.string(),
    region: z.string().transform(region),
    from: instantSchema,
    to: instantSchema,
  }),
);

const truthAdvice =
  'write it like [{ "service": "orders", "region": "us-east-1", "from": "2026-10-20T07:11:00Z", "to": "2026-10-20T09:24:00Z" }]';

export async function readTruth(file: string, failover: Failover): Promise<readonly Outage[]> {
  const outages = checkedInput(truthSchema, await jsonIn(file, truthAdvice), file, truthAdvice);
  for (const [index, { service, region, from, to }] of outages.entries()) {
    const known = failover.services.find(({ name }) => name === service);
    const place = `${file}: [${index}]`;
    if (known === undefined) throw new UsageError(`${place}.service: the configuration has no ${service}`);
    if (!regionNames(known).includes(region)) {
      throw new UsageError(`${place}.region: ${region} is no region of ${service}`);
    }
    if (to <= from) throw new UsageError(`${place}.to: is not after from`);
  }
  return outages;
}

const jsonIn = (file: string, advice: string): Promise<unknown> =>
  readJson(file).catch((cause: Error) => {
    throw new UsageError(`${file} ${cause.message}; ${advice}`);
  });
