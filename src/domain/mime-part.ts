/**
 * One node of a message's MIME tree, as BODYSTRUCTURE tells it (RFC 9051 §7.5.2).
 * Strings come from the sender: names are decoded (RFC 2047, RFC 2231) but not yet cleaned.
 */
export interface MimePart {
  /** Part number to fetch it by: `1`, `2.1`; the root of a multipart has `''`. */
  part: string;
  /** Lower case, e.g. `text/plain`, `multipart/mixed`. */
  type: string;
  parameters: Readonly<Record<string, string>>;
  /** Content-Transfer-Encoding, lower case. */
  encoding: string;
  /** Bytes as transferred, still encoded. */
  size: number;
  disposition?: 'inline' | 'attachment';
  filename?: string;
  contentId?: string;
  children: readonly MimePart[];
}
