import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { dist } from '../../config/installation.ts';

/**
 * The code of every function of ours: one folder, in which they share what they have in common. One upload a region of a tenth of
 * what thirteen would be; in return a change of one is a deployment of all.
 */
export const functionsCode = (): AssetCode => Code.fromAsset(dist('functions'), { exclude: ['*.map'] });
