import { Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Function as CloudFrontFunction,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  OriginRequestPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';

/** https://shop.example.com, before the API in us-east-1. */
export class SiteStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const redirects = new CloudFrontFunction(this, 'Redirects', {
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: 'lib/redirects.js' }),
    });
    const behaviour = {
      origin: new HttpOrigin('api-us-east-1.shop.example.com'),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: redirects }],
    };
    new Distribution(this, 'Distribution', {
      domainNames: ['shop.example.com'],
      certificate: new Certificate(this, 'Certificate', { domainName: 'shop.example.com' }),
      defaultBehavior: behaviour,
      additionalBehaviors: { '/basket/*': behaviour },
    });
  }
}
