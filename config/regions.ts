import * as z from 'zod';
import { region } from '../core/brand.ts';

/**
 * Regions of the partition `aws`. AWS opens new ones faster than this list is mended: what is not in it is asked about, not
 * refused. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const knownRegions: readonly string[] = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
  ...['ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5'],
  ...['ap-southeast-6', 'ap-southeast-7', 'ca-central-1', 'ca-west-1', 'eu-central-1', 'eu-central-2', 'eu-north-1'],
  ...['eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1'],
  ...['me-west-1', 'mx-central-1', 'sa-east-1', 'sa-west-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
];

/**
 * Partitions by the beginning of their regions' names. An account is in one of them, and its ARNs begin with it.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-mistake-isolation-boundaries/partitions.html
 */
const otherPartitions: readonly (readonly [prefix: string, partition: string])[] = [
  ['us-gov-', 'aws-us-gov'],
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

export const partitionOf = (name: string): string =>
  otherPartitions.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'aws';

/** `us-east-1`, `ap-southeast-2`. */
export const regionNameSchema = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'is no AWS region name; write it like us-east-1')
  .refine((name) => partitionOf(name) === 'aws', {
    error: ({ input }) =>
      `is ${input}, of the partition ${partitionOf(String(input))}: Understudy knows regions of aws alone`,
  });

export const regionSchema = regionNameSchema.transform(region);

/** Null for a region that is known, and for what has a mistake of its own already; otherwise what to say of it. */
export function strangeRegion(name: string): string | null {
  if (knownRegions.includes(name) || !regionNameSchema.safeParse(name).success) return null;
  const near = knownRegions
    .map((known) => ({ known, edits: editsBetween(name, known) }))
    .filter(({ edits }) => edits <= 2)
    .sort((a, b) => a.edits - b.edits);
  const meant = near.filter(({ edits }) => edits === near[0]?.edits).map(({ known }) => known);
  return `is ${name}, a region that is not known here${meant.length === 0 ? '; look for a typing error' : `; did you mean ${meant.join(' or ')}?`}`;
}

/** Insertions, deletions, replacements, and exchanges of neighbours: the optimal string alignment distance. */
export function editsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const exchanged =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]?.push(
        Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), exchanged),
      );
    }
  }
  return at(a.length, b.length);
}

/** Regions that a text such as a host or an id names, in whole words. */
export const regionsNamedIn = (text: string): readonly string[] =>
  knownRegions.filter((name) => new RegExp(`(^|[^a-z0-9])${name}([^a-z0-9]|$)`).test(text));
