import { Duration, Stack } from 'aws-cdk-lib';
import { DomainName, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';

/** The API of the shop in one region, at api-<region>.shop.example.com. */
export class ApiStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const domainName = `api-${this.region}.shop.example.com`;
    const orders = new LambdaFunction(this, 'Orders', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'orders.handler',
      code: Code.fromAsset('api'),
      timeout: Duration.seconds(10),
    });
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: new Certificate(this, 'Certificate', {
        domainName,
        validation: CertificateValidation.fromDns(),
      }),
    });
    new HttpApi(this, 'Api', {
      defaultIntegration: new HttpLambdaIntegration('Orders', orders),
      defaultDomainMapping: { domainName: domain },
    });
  }
}
