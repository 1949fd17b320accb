/** What the command's exit status says; scripts rely on it. */
export const exitCodes = {
  /** Done as asked. */
  done: 0,
  /** The run ended, and not as asked: held, refused, rolled back, failed; or the play was not verified. */
  otherwise: 1,
  /** The command or the configuration is wrong; nothing was done. */
  usage: 2,
  /** AWS, or the sandbox, could not be reached or said no; or `status` could not read a lever. */
  unreachable: 3,
  /** Interrupted, by Ctrl-C or a terminal that was closed; what it started is gone. */
  interrupted: 130,
} as const;
