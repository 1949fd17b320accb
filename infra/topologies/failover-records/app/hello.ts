import { type Application, isRead, json } from '../../application/request.ts';

/** Says hello at `/v1`; what is not there is refused as API Gateway refuses it. */
export const hello: Application = (request, { region }) => {
  if (request.path !== '/v1') return { status: 403, body: { message: 'Missing Authentication Token' } };
  const said = { message: `hello from ${region}`, service: 'hello', region };
  return isRead(request) ? { status: 200, body: said } : { status: 201, body: { ...said, received: json(request) } };
};
