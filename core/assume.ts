/** A role of another account that is assumed for what lies there. `understudy grants` prints what it has to allow, and whom. */
export interface Assume {
  /** Of the role, in the account of what it reaches. */
  readonly roleArn: string;
  /** What the role's trust asks for, so that nobody else's configuration can have us use it. No secret. */
  readonly externalId: string;
  /** Only where STS is not AWS's own. */
  readonly endpoint?: string | undefined;
}
