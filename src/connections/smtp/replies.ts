const longestLine = 2048;

/** What a line of a reply says of a message. */
type Word = 'accepted' | 'refused' | 'something else';

/**
 * Reads along what the server says of one message. nodemailer takes a reply by its first digit, and one that came before
 * the message was complete for the one that follows the dot: a server out of step, or one that lies, would have accepted
 * what it then refuses.
 */
export class ReplyWatch {
  private line = '';
  private goesAhead = false;
  private isReplied = false;
  private readonly words = new Set<Word>();

  /** Whether the server has told to go ahead and not begun to say anything since (RFC 5321 §3.3). */
  get awaitsMessage(): boolean {
    return this.goesAhead && this.words.size === 0 && this.line.trim() === '';
  }

  /**
   * What everything since the go-ahead says, when all of it says the same; undefined otherwise. A reply has one code on
   * all its lines (RFC 5321 §4.2.1), and there is one reply.
   */
  get verdict(): Word | undefined {
    const torn = this.line.trim() === '' ? [] : [wordOf(this.line)];
    const [word, ...others] = this.words.size > 0 ? this.words : torn;
    return others.length === 0 ? word : undefined;
  }

  take(chunk: Uint8Array): void {
    const lines = (this.line + Buffer.from(chunk).toString('latin1')).split('\n');
    this.line = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) if (line.trim() !== '') this.hear(line);
  }

  private hear(line: string): void {
    if (!this.goesAhead) {
      this.goesAhead = /^354(?:\s|$)/u.test(line);
      return;
    }
    // Whoever closes the connection says so (RFC 5321 §3.8), and nothing of a message that is answered.
    if (this.isReplied && /^[24]21(?:[\s-]|$)/u.test(line)) return;
    this.words.add(wordOf(line));
    this.isReplied ||= !/^\d+-/u.test(line);
  }
}

/** By the first digit, and of what succeeds only what is about mail (RFC 5321 §4.2.1): 221 is a farewell. */
function wordOf(line: string): Word {
  if (/^25\d(?:[\s-]|$)/u.test(line)) return 'accepted';
  return /^[45]\d\d(?:[\s-]|$)/u.test(line) ? 'refused' : 'something else';
}
