import { type Application, isRead, json } from '../../application/request.ts';

/** Says who it is and where. */
export const api: Application = (request, { region, env }) => {
  const said = { service: env['SERVICE'], region };
  if (isRead(request)) return { status: 200, body: said };
  return { status: request.method === 'POST' ? 201 : 200, body: { ...said, received: json(request) } };
};
