import type { PutMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { invalidCombination, invalidValue, missing } from './error.ts';
import type { MetricStore } from './metric-store.ts';
import type { ScaledSeconds } from './scaled-seconds.ts';
import { type StatisticSet, setOf } from './statistic.ts';

type Datum = NonNullable<PutMetricDataCommandInput['MetricData']>[number];

const twoWeeksMs = 14 * 24 * 3600 * 1000;
const twoHoursMs = 2 * 3600 * 1000;

/**
 * PutMetricData. Namespaces that begin with AWS/ belong to the services.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 * All of a request's data is checked before any of it is kept.
 */
export function putMetricData(
  input: PutMetricDataCommandInput,
  store: MetricStore,
  seconds: ScaledSeconds,
  now: number,
): void {
  if (!input.Namespace) throw missing('Namespace');
  if (input.EntityMetricData?.length) throw invalidValue('EntityMetricData is not played by the sandbox.');
  if (input.Namespace.startsWith('AWS/')) {
    throw invalidValue(`The value ${input.Namespace} for parameter Namespace is invalid: AWS/ is reserved.`);
  }
  keepMetricData(input, store, seconds, now);
}

/** The same for whoever may write to every namespace: the services themselves. */
export function keepMetricData(
  input: Pick<PutMetricDataCommandInput, 'Namespace' | 'MetricData'>,
  store: MetricStore,
  seconds: ScaledSeconds,
  now: number,
): void {
  const { Namespace: namespace } = input;
  if (!namespace) throw missing('Namespace');
  const data = input.MetricData ?? [];
  if (data.length === 0) throw missing('MetricData');
  if (data.length > 1000) throw invalidValue('The collection MetricData must not have a size greater than 1000.');

  const samples = data.map((datum, index) => {
    const where = `MetricData.member.${index + 1}`;
    if (!datum.MetricName) throw missing(`${where}.MetricName`);
    const at = datum.Timestamp?.getTime() ?? now;
    if (at < now - twoWeeksMs || at > now + twoHoursMs) {
      throw invalidValue(
        `The parameter ${where}.Timestamp must specify a time within the past two weeks and no more than two hours ahead.`,
      );
    }
    const resolution = datum.StorageResolution ?? 60;
    if (resolution !== 1 && resolution !== 60) {
      throw invalidValue(`The parameter ${where}.StorageResolution must be 1 or 60.`);
    }
    const dimensions = (datum.Dimensions ?? []).map(({ Name, Value }) => {
      if (!Name || !Value) throw missing(`${where}.Dimensions.member.${Name ? 'Value' : 'Name'}`);
      return { Name, Value };
    });
    if (dimensions.length > 30)
      throw invalidValue(`The collection ${where}.Dimensions must not have a size greater than 30.`);
    return {
      id: { namespace, name: datum.MetricName, dimensions },
      sample: { at: seconds.at(at), set: reported(datum, where), unit: datum.Unit ?? 'None', resolution } as const,
    };
  });
  for (const { id, sample } of samples) store.record(id, sample);
}

/** One of Value, Values with Counts, StatisticValues; AWS lets the last two stand together and counts both as one. */
function reported(datum: Datum, where: string): StatisticSet {
  const { Value, Values, Counts, StatisticValues } = datum;
  if (Value !== undefined && Values !== undefined) throw invalidCombination(`${where}.Value`, `${where}.Values`);
  if (Value !== undefined && StatisticValues !== undefined) {
    throw invalidCombination(`${where}.Value`, `${where}.StatisticValues`);
  }
  if (Value !== undefined) return setOf([finite(Value, where)], [1]);
  if (Values !== undefined && Values.length > 0) {
    if (Counts !== undefined && Counts.length !== Values.length) {
      throw invalidValue(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
    }
    if (Values.length > 150)
      throw invalidValue(`The collection ${where}.Values must not have a size greater than 150.`);
    return setOf(
      Values.map((value) => finite(value, where)),
      Counts ?? [],
    );
  }
  if (StatisticValues === undefined) throw missing(`${where}.Value`);
  const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
  if (SampleCount === undefined || Sum === undefined || Minimum === undefined || Maximum === undefined) {
    throw missing(`${where}.StatisticValues`);
  }
  return {
    sampleCount: finite(SampleCount, where),
    sum: finite(Sum, where),
    minimum: finite(Minimum, where),
    maximum: finite(Maximum, where),
    values: null,
  };
}

function finite(value: number, where: string): number {
  if (!Number.isFinite(value)) throw invalidValue(`The value ${value} for parameter ${where}.Value is invalid.`);
  return value;
}
