const longestLine = 2048;

/**
 * Reads along what the server says and knows whether it has answered the message before it was complete. nodemailer
 * keeps such an answer and takes it for the one that follows the dot: a server out of step, or one that lies, would have
 * accepted what it then refuses.
 */
export class ReplyWatch {
  private line = '';
  private sinceGoAhead = 0;

  /** Whether anything has been said since the last 354 (RFC 5321 §3.3). */
  get answeredEarly(): boolean {
    return this.sinceGoAhead > 0;
  }

  take(chunk: Uint8Array): void {
    const lines = (this.line + Buffer.from(chunk).toString('latin1')).split('\n');
    this.line = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) {
      if (/^354(?:\s|$)/u.test(line)) this.sinceGoAhead = 0;
      else this.sinceGoAhead += 1;
    }
  }
}
