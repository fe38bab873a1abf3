/** A message as it goes over the wire. */
export interface Submission {
  /** Envelope sender, an address without name. */
  from: string;
  /** Envelope recipients, addresses without names; at least one. */
  recipients: readonly string[];
  /** The message without Bcc, lines ending in CRLF. */
  raw: Uint8Array;
}

export interface RejectedRecipient {
  address: string;
  /** Our own sentence, never the server's. */
  reason: string;
}

/**
 * What is known after the attempt. `unknown`: the message was handed over and no answer came, so it may or may not
 * have been accepted. What was certainly not sent is an error instead.
 */
export interface SubmissionOutcome {
  status: 'sent' | 'unknown';
  accepted: string[];
  rejected: RejectedRecipient[];
}
