/** What the receiver of a channel answers. */
export interface Reply {
  readonly status: number;
  readonly body: object;
  /** What people or programs have now that they had not; null where that is nothing. */
  readonly subject: string | null;
}
