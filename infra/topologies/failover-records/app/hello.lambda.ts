import { restHandler } from '../../application/lambda.ts';
import { hello } from './hello.ts';

export const handler = restHandler(hello);
