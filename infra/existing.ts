import type { FunctionCode } from 'aws-cdk-lib/aws-cloudfront';

/** What an app has already, and Understudy uses instead of making it. */
export interface Existing {
  /**
   * The code of a viewer-request function that calls `steer(event)`: Understudy's function is made of it. `none` makes no
   * function: one of the app's is made of `understudy.steering(code)`, with `understudy.store(scope)`.
   */
  readonly viewerRequest?: FunctionCode | 'none' | undefined;
}
