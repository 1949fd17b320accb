import { expect, test } from 'vitest';
import { probeUrl } from '../../core/probe-url.ts';

test.each([
  ['http://127.0.0.1:8080', '/health', 'http://127.0.0.1:8080/health'],
  ['http://127.0.0.1:8080/', 'health', 'http://127.0.0.1:8080/health'],
  ['https://api.example/prod/', '/v1/health', 'https://api.example/prod/v1/health'],
  ['https://api.example/prod', '/', 'https://api.example/prod/'],
  ['https://api.example/orders', '', 'https://api.example/orders/'],
  ['https://api.example/orders', '/health?deep=1', 'https://api.example/orders/health?deep=1'],
  ['https://api.example/orders', '/health?next=/a?b=1&c=2?', 'https://api.example/orders/health?next=/a?b=1&c=2?'],
  ['https://api.example', '/health?', 'https://api.example/health'],
])('%s and %s make %s', (base, path, url) => {
  expect(probeUrl(base, path)).toBe(url);
});
