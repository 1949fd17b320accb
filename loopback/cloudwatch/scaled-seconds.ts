/**
 * Seconds as CloudWatch counts them. The sandbox divides periods by a tempo: at tempo 60 a 60 s period lasts one second
 * of the wall. Everything inside CloudWatch is kept in whole scaled seconds, so that periods and buckets stay integers.
 */
export interface ScaledSeconds {
  /** Scaled seconds since 1970, rounded down. */
  at(instantMs: number): number;
  /** The instant at which a scaled second begins, in whole milliseconds. */
  instant(seconds: number): number;
}

export function scaledSeconds(tempo: number): ScaledSeconds {
  return {
    at: (instantMs) => Math.floor((instantMs * tempo) / 1000 + 1e-6),
    instant: (seconds) => Math.ceil((seconds * 1000) / tempo - 1e-3),
  };
}

export function floorTo(step: number, seconds: number): number {
  return Math.floor(seconds / step) * step;
}
