import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { type Instant, type Region, region } from '../../core/brand.ts';
import { type Failover, regionNames } from '../../core/service.ts';
import { UsageError } from '../command.ts';
import { fault, type StateChange, stateChanges } from './alarm-history.ts';

export interface Histories {
  /** Whose alarms are told of. */
  readonly heard: readonly Region[];
  /** Oldest first. */
  readonly changes: readonly StateChange[];
}

/**
 * The histories at `path`. An alarm's history does not say in which region the alarm stands, so the
 * name of a file does: `us-east-2.json`, or a folder of such files, one an observer.
 */
export async function readHistories(path: string, failover: Failover): Promise<Histories> {
  const files = await filesAt(path);
  const histories = await Promise.all(
    files.map(async (file) => {
      const name = basename(file, '.json');
      const observer = failover.observers.find((known) => known === name);
      if (observer === undefined) {
        const known = failover.observers.join('.json, ');
        throw new UsageError(`${file} is named after no observer; name it by the region of its alarms: ${known}.json`);
      }
      return { observer, changes: stateChanges(await jsonIn(file), observer, failover, file) };
    }),
  );
  return {
    heard: histories.map(({ observer }) => observer),
    changes: histories.flatMap(({ changes }) => changes).sort((a, b) => a.at - b.at),
  };
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`${path} does not exist`);
  if (!found.isDirectory()) return [path];
  const files = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
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

const moment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no point in time; write it like 2026-10-20T07:11:00Z')
  .transform((text) => Date.parse(text));

const truthSchema = z.array(
  z.strictObject({ service: z.string(), region: z.string().transform(region), from: moment, to: moment }),
);

export async function readTruth(file: string, failover: Failover): Promise<readonly Outage[]> {
  const parsed = truthSchema.safeParse(await jsonIn(file));
  if (!parsed.success) throw fault(file, parsed.error);
  for (const [index, { service, region, from, to }] of parsed.data.entries()) {
    const known = failover.services.find(({ name }) => name === service);
    const place = `${file}: [${index}]`;
    if (known === undefined) throw new UsageError(`${place}.service: the configuration has no ${service}`);
    if (!regionNames(known).includes(region)) {
      throw new UsageError(`${place}.region: ${region} is no region of ${service}`);
    }
    if (to <= from) throw new UsageError(`${place}.to: is not after from`);
  }
  return parsed.data;
}

async function jsonIn(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no JSON; print the history with --output json`);
  }
}
