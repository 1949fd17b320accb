import { viewerHeader } from '../../../../deployment/viewer-header.ts';
import { type Application, isRead } from '../../application/request.ts';

/** Greets whoever asks by their address, below `/api` and at it. */
export const hello: Application = (request, { region }) => {
  const { path, query, headers, sourceIp, method } = request;
  if (path !== '/api' && !path.startsWith('/api/')) return { status: 404, body: { message: 'Not Found' } };
  if (path === '/api/health') return { status: 200, body: { status: 'healthy', region } };
  const ip = headers[viewerHeader] ?? sourceIp;
  const name = query['allowed_query_string_param'];
  const body = name === undefined ? `hello ${ip}` : `hello ${name} ip: ${ip}`;
  return { status: isRead(request) || method !== 'POST' ? 200 : 201, body };
};
