import * as z from 'zod';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html */
const metricSchema = z.strictObject({
  namespace: z.string().regex(/^[^:][\x21-\x7e ]{0,254}$/, 'must be a namespace of CloudWatch, like AWS/ApiGateway'),
  metric: z.string().regex(/^[\x21-\x7e ]{1,255}$/, 'must be the name of a metric, like Count'),
  dimensions: z
    .record(
      z.string().regex(/^[^:][\x21-\x7e ]{0,254}$/, 'must be the name of a dimension, like ApiName'),
      z.string().regex(/^[\x21-\x7e ]{1,1024}$/, 'must be the value of a dimension'),
    )
    .refine((dimensions) => Object.keys(dimensions).length <= 30, 'must be at most 30: CloudWatch takes no more')
    .default({}),
});

export const arrivalsSchema = z.strictObject({
  requests: metricSchema,
  writes: metricSchema.optional(),
  othersPerMinute: z.number().nonnegative().default(0),
  // Not whole, because a sandbox's minute need not be: 7 times as fast it takes 8571.43 ms.
  periodMs: z
    .number('must be a number of milliseconds')
    .positive('must be more than 0')
    .max(60_000, 'must be at most 60000: data of a minute are asked for')
    .default(60_000),
});
