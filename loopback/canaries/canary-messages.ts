/** One run of one canary, as the thread is asked for it. */
export interface RunOrder {
  readonly run: number;
  readonly canary: string;
  /** File of the bundle. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface RunResult {
  readonly run: number;
  /** Why it failed, or null. */
  readonly failure: string | null;
}
