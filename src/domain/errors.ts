/** Every way a call can fail, as the model sees it. The contract: design "Errors". */
export const errorCodes = [
  'invalid_input',
  'not_found',
  'conflict',
  'stale_reference',
  'auth_failed',
  'forbidden',
  'unsupported',
  'rate_limited',
  'unavailable',
  'timeout',
  'unknown_outcome',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

const retryableCodes: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'unavailable', 'timeout']);

export interface ErrorDetails {
  /** The next step for whoever reads the error, in our own words. */
  hint?: string;
  /** Whether the same call may succeed later; derived from the code when left out. */
  retryable?: boolean;
  /** What the library or server said. Goes to the log, never to the model. */
  cause?: unknown;
  /** Of a conflict: what was wanted and what stands there, as data beside our sentence. */
  versions?: Versions;
}

export interface Versions {
  yours: Readonly<Record<string, unknown>>;
  current: Readonly<Record<string, unknown>>;
}

/**
 * The one error class. `message` and `hint` are our own sentences and reach the model;
 * what a server or a sender wrote belongs in `cause`.
 */
export class MailboxError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly versions: Versions | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MailboxError';
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? retryableCodes.has(code);
    this.versions = details.versions;
  }
}

/** Why a call ended that its client took back. Whoever asked for it no longer wants it; a time limit says no such thing. */
export class CallCancelled extends MailboxError {
  constructor() {
    super('timeout', 'The call was cancelled by the client.');
  }
}

/** Any thrown value as a MailboxError; what nobody translated is `internal`, with the original as cause. */
export function toMailboxError(error: unknown): MailboxError {
  if (error instanceof MailboxError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new MailboxError('timeout', 'The call was cancelled.', { cause: error });
  }
  return new MailboxError('internal', 'Something went wrong inside the server.', {
    hint: 'Run the server with LOG_LEVEL=debug and look at its log on stderr.',
    cause: error,
  });
}
