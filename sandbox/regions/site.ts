import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { isSigned } from '../../loopback/edge/origin-access.ts';
import type { Answer, ApiRequest } from './api.ts';

/** Where a region has the bucket with the static site of a service. */
export const sitePath = (service: string): string => `/${service}.site`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** As a private bucket answers: to signed requests alone, and whoever may not list it is not told what is missing. */
export async function answerFromSite(
  request: ApiRequest,
  path: string,
  folder: string,
  region: string,
): Promise<Answer> {
  if (!isSigned(request, 's3', region)) return denied;
  const file = normalize(join(folder, path));
  if (!file.startsWith(normalize(folder))) return denied;
  try {
    const body = await readFile(file, 'utf8');
    const headers = { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'x-served-region': region };
    return { status: 200, headers, body, service: null };
  } catch {
    return denied;
  }
}

const denied: Answer = {
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  service: null,
};
