import { CfnOutput } from 'aws-cdk-lib';
import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import { answerParameters } from '../../core/channel.ts';
import type { Failover } from '../../core/service.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { HandlerFunction } from './handler-function.ts';
import { statementsOf } from './statement.ts';

export interface SlackAnswersProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly layer: LayerVersion;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Where Slack sends what people press: the one address of a deployment that takes requests without IAM, because Slack signs in a way of
 * its own, which the function checks before anything else. Made only where the configuration names who may answer.
 */
export class SlackAnswers extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, { failover, region, layer, environment }: SlackAnswersProps) {
    super(scope, id);
    this.handler = new HandlerFunction(this, 'slack-answer', {
      failover,
      role: 'slack-answer',
      layer,
      environment,
      readsParameters: answerParameters(failover.notify.channels).length > 0,
      statements: permissionsOf('slack-answer', failover, region).flatMap(statementsOf),
    });
    const { url } = this.handler.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new CfnOutput(this, 'Url', { value: url, description: 'Interactivity Request URL of the Slack app.' });
  }
}
