import type { Socket } from 'node:net';

/** What is about to happen on a connection, before it happens. */
export interface FaultEvent {
  protocol: 'imap' | 'smtp';
  /** Counts from 1 for each protocol. */
  connection: number;
  /**
   * Upper case: `UID FETCH`, `MAIL`, … and besides the commands `GREETING` (a client connected)
   * and, for SMTP, `.` (the message was received, its answer is due).
   */
  command: string;
  /** The command with its arguments; credentials are left out. */
  line: string;
}

/**
 * What happens instead of the normal course.
 * - `drop`: the connection is closed, the command not executed.
 * - `dropAfter`: the command is executed, its answer never sent, the connection closed.
 * - `stall`: nothing is executed or answered; the connection stays open.
 * - `reply`: the tagged answer (`NO [LIMIT] too many`, for SMTP `451 4.7.1 later`), not executed; a reply that
 *   begins with `* ` is written without tag, and after a BYE (SMTP: 421) the connection is closed.
 * - `raw`: these bytes and nothing else, not executed.
 * - `before`: these bytes, then the normal course.
 * - `delayMs`: the normal course after a pause.
 * - `cutAfter`: the normal course, but the connection breaks after this many bytes of the answer.
 */
export type Fault =
  | 'drop'
  | 'dropAfter'
  | 'stall'
  | { reply: string }
  | { raw: string }
  | { before: string }
  | { delayMs: number }
  | { cutAfter: number };

/** Asked once for every command; undefined means: no fault. */
export type Intercept = (event: FaultEvent) => Fault | undefined;

/** Lets `budget` more bytes out of the socket, then closes it: an answer torn at any byte. */
export function cutAfter(socket: Socket, budget: number): void {
  const write = socket.write.bind(socket);
  let left = budget;
  socket.write = (data: string | Uint8Array): boolean => {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    if (bytes.length < left) {
      left -= bytes.length;
      return write(bytes);
    }
    socket.write = () => false;
    if (left === 0) socket.destroy();
    else write(bytes.subarray(0, left), () => socket.destroy());
    return false;
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
