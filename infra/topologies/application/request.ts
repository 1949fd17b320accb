/** A request as an application sees it, whatever called its function. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sourceIp: string;
  readonly body: string;
}

/** JSON where the body is an object, else text. */
export interface Response {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an application knows of its surroundings. */
export interface Surroundings {
  readonly region: string;
  /** Environment of its function. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A string that was never given before. */
  readonly unique: () => string;
}

/** An application: a pure function of the request and its surroundings. */
export type Application = (request: Request, surroundings: Surroundings) => Response;

export const isRead = ({ method }: Pick<Request, 'method'>): boolean => method === 'GET' || method === 'HEAD';

/** The body as JSON, or undefined where it is none. */
export function json(request: Request): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
}
