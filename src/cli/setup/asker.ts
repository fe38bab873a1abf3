/** One of several answers. The hint stands beside the label while it is the one looked at. */
export interface Choice<T extends string> {
  value: T;
  label: string;
  hint?: string;
}

interface TextQuestion {
  message: string;
  /** Stands in the field at the start and can be changed. */
  initial?: string;
  /** Shown in grey while the field is empty. */
  example?: string;
  /** Says what is wrong with an answer, or undefined when it will do. */
  check?: (answer: string) => string | undefined;
}

/** Whoever answers the questions of `setup`: a person at a terminal, or a test. */
export interface Asker {
  /** Opens and closes the conversation. */
  begin(title: string): void;
  end(message: string): void;
  /** Something to read before the next question. */
  tell(message: string): void;
  good(message: string): void;
  bad(message: string): void;
  /** @throws Cancelled by this and everything below, when the person gives up. */
  text(question: TextQuestion): Promise<string>;
  /** As `text`, but what is typed is never shown. */
  secret(question: Pick<TextQuestion, 'message' | 'check'>): Promise<string>;
  choose<T extends string>(question: {
    message: string;
    choices: readonly Choice<T>[];
    initial?: T;
  }): Promise<T>;
  /** Any number of the choices, in their order. */
  chooseSome<T extends string>(question: {
    message: string;
    choices: readonly Choice<T>[];
    initial: readonly T[];
  }): Promise<readonly T[]>;
  confirm(question: { message: string; initial: boolean }): Promise<boolean>;
  /** Shows that something is going on until it is over. It goes on after a Cancelled. */
  wait<T>(message: string, work: Promise<T>): Promise<T>;
  /** As `wait`, for what must not be left half-done: neither a key nor the end of the terminal stops it. */
  finish<T>(message: string, work: Promise<T>): Promise<T>;
}

/** The person pressed Ctrl-C, Ctrl-D or Escape, is gone with the terminal, or the system wants the program to end. */
export class Cancelled extends Error {
  /** What is other than it was before, as a sentence; undefined: nothing. */
  readonly left: string | undefined;

  constructor(left?: string) {
    super('Cancelled.');
    this.name = 'Cancelled';
    this.left = left;
  }
}
