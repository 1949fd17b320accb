import * as z from 'zod/mini';
import { type Application, json, type Response } from '../../application/request.ts';

const itemSchema = z.object({ title: z.string(), description: z.string() });

/** Greets, shows items and takes new ones. Everything else is a 404 in JSON, for callers and for browsers alike. */
export const items: Application = (request, { unique }) => {
  const { method, path, query } = request;
  if (method === 'GET' && path === '/api/hello') return { status: 200, body: { Hello: 'World' } };
  if (method === 'POST' && path === '/api/items') return created(json(request), unique());
  const [, id] = /^\/api\/items\/([^/]+)$/.exec(path) ?? [];
  if (method !== 'GET' || id === undefined) return { status: 404, body: { detail: 'Not Found' } };
  if (!/^-?\d{1,15}$/.test(id))
    return { status: 400, body: { detail: `item_id: ${JSON.stringify(id)} is no integer` } };
  return { status: 200, body: { item_id: Number(id), q: query['q'] ?? null } };
};

function created(input: unknown, id: string): Response {
  const parsed = z.safeParse(itemSchema, input);
  if (parsed.success) return { status: 201, body: { ...parsed.data, id } };
  return {
    status: 400,
    body: { detail: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) },
  };
}
