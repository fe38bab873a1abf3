import { steadyClock } from '../../connections/steady-clock.ts';
import { CallCancelled, MailboxError } from '../../domain/errors.ts';
import type { SendContext } from '../../domain/outbox-port.ts';

/** How long a person's yes counts when the call that asked was over before they answered. */
const validMs = 10 * 60_000;

interface Question<Shown> {
  at: number;
  /** What was shown: exactly this may leave. */
  shown: Shown;
  answer: Promise<boolean>;
  /** Takes it off the person's screen. */
  withdraw(): void;
}

/**
 * Asks the person before something leaves. A call lasts 45 s, a decision may take longer: then the question stays
 * open, and the same message sent again takes up its answer instead of asking twice. A call that its client cancelled
 * takes its question with it: whoever presses stop and then "yes" has not agreed to a later call.
 */
export class Approval<Shown> {
  private readonly questions = new Map<string, Question<Shown>>();
  private readonly now: () => number;

  constructor(now: () => number = steadyClock()) {
    this.now = now;
  }

  /**
   * Resolves when the person agreed, to what they were shown: by an earlier call where that asked already.
   * @param content equal for the same message composed again, whatever its Message-ID and date.
   * @throws MailboxError `forbidden` when they declined or cannot be asked, `timeout` when they have not answered.
   */
  async obtain(
    content: string,
    { shown, text }: { shown: Shown; text: string },
    { confirm, signal }: SendContext,
  ): Promise<Shown> {
    for (const [key, { at }] of this.questions) {
      if (this.now() - at > validMs) this.questions.delete(key);
    }
    if (!confirm) throw cannotAsk();
    if (signal.reason instanceof CallCancelled) {
      this.withdraw(content);
      throw signal.reason;
    }
    const question = this.questions.get(content) ?? this.ask(content, shown, (open) => confirm(text, open));
    try {
      const agreed = await answeredBefore(signal, question.answer);
      this.forget(content, question);
      if (!agreed) throw declined();
      return question.shown;
    } catch (error) {
      const isOpen = error instanceof MailboxError && error.code === 'timeout';
      if (!isOpen) this.forget(content, question);
      else if (signal.reason instanceof CallCancelled) this.withdraw(content);
      throw error;
    }
  }

  private ask(content: string, shown: Shown, confirm: (withdrawn: AbortSignal) => Promise<boolean>) {
    const open = new AbortController();
    const answer = confirm(open.signal);
    const question: Question<Shown> = { at: this.now(), shown, answer, withdraw: () => open.abort() };
    this.questions.set(content, question);
    // Of a call that is over nobody else would hear it; the next one is to ask anew.
    answer.catch(() => this.forget(content, question));
    return question;
  }

  private withdraw(content: string): void {
    const question = this.questions.get(content);
    this.questions.delete(content);
    question?.withdraw();
  }

  /** Another question about the same may stand there by now. */
  private forget(content: string, question: Question<Shown>): void {
    if (this.questions.get(content) === question) this.questions.delete(content);
  }
}

function answeredBefore(signal: AbortSignal, answer: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const late = () => reject(unanswered());
    if (signal.aborted) late();
    signal.addEventListener('abort', late, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', late));
  });
}

export function cannotAsk(): MailboxError {
  return new MailboxError(
    'forbidden',
    'MAILBOX_SEND=confirm: this client cannot show the message to its user. Nothing was sent.',
    { hint: 'Write it with create_draft, show the user what it says, then call send_draft with its id.' },
  );
}

function declined(): MailboxError {
  return new MailboxError('forbidden', 'The user declined. Nothing was sent.', {
    hint: 'Ask what should be different; do not send it again unchanged.',
  });
}

function unanswered(): MailboxError {
  return new MailboxError('timeout', 'The user has not confirmed yet. Nothing was sent.', {
    hint: 'The question stays open for ten minutes: when the user has answered, call again with the same message.',
  });
}
