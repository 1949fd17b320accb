import { App } from 'aws-cdk-lib';
import { Understudy } from 'understudy-failover/cdk';
import { ApiStack } from '../lib/api-stack.js';
import { SiteStack } from '../lib/site-stack.js';
import failover from '../understudy.config.js';

const app = new App({ outdir: 'cdk.out' });
const account = '123456789012';

new ApiStack(app, 'shop-api-east', { env: { account, region: 'us-east-1' } });
new ApiStack(app, 'shop-api-west', { env: { account, region: 'us-west-2' } });
const understudy = new Understudy(app, 'Understudy', { failover, viewerRequest: 'none' });
new SiteStack(app, 'shop-site', { env: { account, region: 'us-east-1' }, understudy });

app.synth();
