import { type Application, isRead, json } from '../../application/request.ts';

/** Says which of the two APIs answers. Any path: what the edge hands on is not the edge's to choose. */
export const hello: Application = (request, { region, env }) => {
  const said = { message: `Hello from API ${env['API']}`, service: 'hello', region };
  if (isRead(request)) return { status: 200, body: said };
  return {
    status: request.method === 'POST' ? 201 : 200,
    body: { ...said, method: request.method, received: json(request) },
  };
};
