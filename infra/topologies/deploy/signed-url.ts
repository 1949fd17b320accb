import { Fn } from 'aws-cdk-lib';
import { FunctionUrlAuthType, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { liveAlias } from './live-alias.ts';

export interface SignedUrlProps {
  readonly handler: LambdaFunction;
}

/**
 * A function URL that takes signed requests alone. It leads to an alias: to go back to the version before is one change of the
 * alias, in its region. Without headers for foreign origins, for site and API have the same one.
 */
export class SignedUrl extends Construct {
  readonly host: string;

  constructor(scope: Construct, id: string, { handler }: SignedUrlProps) {
    super(scope, id);
    const { url } = handler.addAlias(liveAlias).addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    this.host = Fn.select(2, Fn.split('/', url));
  }
}
