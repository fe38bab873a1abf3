import { type Asker, Cancelled } from '../../../src/cli/setup/asker.ts';

/** What stands in a question, and its answer. `cancel` is Ctrl-C. */
export type Line = readonly [question: RegExp, answer: unknown];
export const cancel = Symbol('cancel');

/** Answers the questions in the order of the script; a question that is not the next one ends the test. */
export class Scripted implements Asker {
  /** All that stood on the screen, the answers to secret questions aside. */
  readonly screen: string[] = [];
  private readonly lines: Line[];

  constructor(lines: readonly Line[]) {
    this.lines = [...lines];
  }

  get left(): number {
    return this.lines.length;
  }

  begin = (title: string) => void this.screen.push(title);
  end = (message: string) => void this.screen.push(message);
  tell = (message: string) => void this.screen.push(message);
  good = (message: string) => void this.screen.push(`+ ${message}`);
  bad = (message: string) => void this.screen.push(`- ${message}`);

  text: Asker['text'] = async ({ message, initial, check }) => {
    for (;;) {
      const answer = this.next(message, initial ?? '');
      const fault = check?.(String(answer));
      if (fault === undefined) return String(answer);
      this.bad(fault);
    }
  };

  secret: Asker['secret'] = (question) => this.text(question);

  choose: Asker['choose'] = async ({ message, choices, initial }) => {
    const answer = this.next(message, initial ?? choices[0]?.value);
    this.screen.push(...choices.map(({ label, hint }) => `${label} ${hint ?? ''}`));
    const chosen = choices.find(({ value }) => value === answer);
    if (!chosen) throw new Error(`"${message}" has no answer ${String(answer)}`);
    return chosen.value;
  };

  chooseSome: Asker['chooseSome'] = async ({ message, choices, initial }) => {
    const answer = this.next(message, initial);
    return choices
      .map(({ value }) => value)
      .filter((value) => Array.isArray(answer) && answer.includes(value));
  };

  confirm: Asker['confirm'] = async ({ message, initial }) => this.next(message, initial) === true;

  wait: Asker['wait'] = async (message, work) => {
    this.screen.push(message);
    return await work;
  };

  finish: Asker['finish'] = (message, work) => this.wait(message, work);

  /** `undefined` as an answer is Enter. */
  private next(message: string, byDefault: unknown): unknown {
    this.screen.push(message);
    const [question, answer] = this.lines.shift() ?? [/^(?!)/u, undefined];
    if (!question.test(message)) throw new Error(`"${message}" was asked, not ${String(question)}`);
    if (answer === cancel) throw new Cancelled();
    return answer === undefined ? byDefault : answer;
  }
}
