import { httpHandler } from '../../application/lambda.ts';
import { hello } from './hello.ts';

export const handler = httpHandler(hello);
