import { App } from 'aws-cdk-lib';
import { ApiStack } from '../lib/api-stack.js';
import { SiteStack } from '../lib/site-stack.js';

const app = new App({ outdir: 'cdk.out' });
const account = '123456789012';

new ApiStack(app, 'shop-api-east', { env: { account, region: 'us-east-1' } });
new ApiStack(app, 'shop-api-west', { env: { account, region: 'us-west-2' } });
new SiteStack(app, 'shop-site', { env: { account, region: 'us-east-1' } });

app.synth();
