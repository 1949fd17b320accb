import { type Application, isRead, json } from '../../application/request.ts';

/** Says which of the two APIs answers, and of anything but a read what arrived: the edge changes nothing about it. */
export const hello: Application = (request, { region, env }) => {
  const said = { message: `Hello from API ${env['API']}`, service: 'hello', region };
  if (isRead(request)) return { status: 200, body: said };
  const { method, path, query, headers } = request;
  const arrived = { method, path, query, mine: headers['x-mine'], received: json(request) };
  return { status: method === 'POST' ? 201 : 200, body: { ...said, ...arrived } };
};
