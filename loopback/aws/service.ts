/** The services that the sandbox plays. */
export const serviceIds = [
  'states',
  'lambda',
  'events',
  'cloudwatch',
  'sns',
  'dynamodb',
  'kvs',
  'arc',
  'ssm',
  'secretsmanager',
  'sts',
  's3',
] as const;

export type ServiceId = (typeof serviceIds)[number];

/** Who makes a call, where that is no person: a role's permissions are checked, or what a resource says of a service. */
export type Caller =
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly session: string;
      /** The service that takes the role for this call, which the role has to trust. */
      readonly takenBy?: string;
    }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

/** Where a call comes from and goes to: resources live in a region of an account. */
export interface Call {
  readonly service: ServiceId;
  readonly operation: string;
  /** From the signature's credential scope; `*` for SigV4A. */
  readonly region: string;
  readonly account: string;
  readonly requestId: string;
  /** Which of a service's endpoints was asked: 0 to 4 for ARC, else 0. */
  readonly endpoint: number;
  /** Absent for people and their tools, who may do everything. */
  readonly caller?: Caller | undefined;
  /** What the request is signed with; absent where it is not signed, or came without the wire. */
  readonly accessKey?: string | undefined;
}

/** An operation gets its input as the SDK's types have it, and answers with the output's members. */
// biome-ignore lint/suspicious/noExplicitAny: inputs were checked against the SDK's schema by the protocol server.
export type Operation = (input: any, call: Call) => Promise<object>;

/** A service: the operations it has. Whatever is not here is answered with the protocol's error. */
export interface AwsService {
  readonly id: ServiceId;
  readonly operations: Readonly<Record<string, Operation>>;
  close?(): Promise<void>;
}

/** How services of the sandbox call one another: the same operations, without the wire. */
export interface Aws {
  readonly account: string;
  call(
    service: ServiceId,
    operation: string,
    input: object,
    scope: { readonly region: string; readonly caller?: Caller | undefined },
  ): Promise<Record<string, unknown>>;
}

/** An error as AWS would answer it: `code` is the shape's name, `members` are its other members. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    { status = 400, members = {} }: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
