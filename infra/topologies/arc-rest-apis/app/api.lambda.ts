import { restHandler } from '../../application/lambda.ts';
import { api } from './api.ts';

export const handler = restHandler(api);
