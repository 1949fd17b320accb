import { page } from './page.ts';

/** One query's answer, whole or in part. */
export interface DataResult {
  readonly Timestamps: readonly Date[];
  readonly Values: readonly number[];
  readonly StatusCode: string;
}

/** Where nothing is said. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const mostDatapoints = 100_800;

/** Datapoints of all queries are counted together; what a query has more of comes on the next page. Queries without any are on the first. */
export function pageOfData<Result extends DataResult>(
  results: readonly Result[],
  { MaxDatapoints = mostDatapoints, NextToken }: { MaxDatapoints?: number | undefined; NextToken?: string | undefined },
): { readonly MetricDataResults: readonly Result[]; readonly NextToken?: string } {
  const points = results.flatMap((result) => result.Values.map((_, index) => ({ result, index })));
  const { items, nextToken } = page(points, MaxDatapoints, NextToken);
  const given = Map.groupBy(items, ({ result }) => result);
  const here = results.flatMap((result) => {
    const indices = given.get(result)?.map(({ index }) => index) ?? [];
    const [first, last] = [indices[0], indices.at(-1)];
    if (first === undefined || last === undefined) {
      return result.Values.length === 0 && NextToken === undefined ? [result] : [];
    }
    return [
      {
        ...result,
        Timestamps: result.Timestamps.slice(first, last + 1),
        Values: result.Values.slice(first, last + 1),
        StatusCode: last + 1 < result.Values.length ? 'PartialData' : result.StatusCode,
      },
    ];
  });
  return { MetricDataResults: here, ...(nextToken !== undefined && { NextToken: nextToken }) };
}
