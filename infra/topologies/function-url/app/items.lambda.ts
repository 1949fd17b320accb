import { httpHandler } from '../../application/lambda.ts';
import { items } from './items.ts';

export const handler = httpHandler(items);
