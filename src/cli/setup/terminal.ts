import { setMaxListeners } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import {
  type CANCEL_SYMBOL,
  confirm,
  intro,
  isCancel,
  log,
  multiselect,
  outro,
  password,
  select,
  text,
  updateSettings,
} from '@clack/prompts';
import { type Asker, Cancelled } from './asker.ts';

const frames = ['◒', '◐', '◓', '◑'];
const frameMs = 120;
const [ctrlC, ctrlD] = ['\u0003', '\u0004'] as const;
/** What the system sends, a closed window the second of them. Left alone, they end the process in the middle of its work. */
const endings = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const;

interface Place {
  input: Readable;
  output: Writable;
  /** The terminal is gone, or the program is to end. */
  signal: AbortSignal;
}

/** A person at a terminal, asked with @clack/prompts. */
export function terminal(input: Readable, output: Writable): Asker {
  // Left to itself Ctrl-D ends the reading, and the question waits for ever.
  updateSettings({ aliases: { [ctrlD]: 'cancel' } });
  const { signal, heed, ignore } = departureFrom(input);
  const at: Place = { input, output, signal };
  return {
    begin: (title) => {
      heed();
      intro(title, at);
    },
    end: (message) => {
      outro(message, at);
      ignore();
    },
    tell: (message) => log.message(message, at),
    good: (message) => log.success(message, at),
    bad: (message) => log.error(message, at),
    text: async ({ message, initial, example, check }) =>
      given(
        await text({
          ...{ ...at, message, validate: (answer) => check?.((answer ?? '').trim()) },
          ...(initial !== undefined && { initialValue: initial }),
          ...(example !== undefined && { placeholder: example }),
        }),
      )?.trim() ?? '',
    secret: async ({ message, check }) =>
      given(await password({ ...at, message, validate: (answer) => check?.(answer ?? '') })) ?? '',
    choose: async ({ message, choices, initial }) => {
      const chosen = given(
        await select<string>({
          ...at,
          message,
          options: [...choices],
          ...(initial && { initialValue: initial }),
        }),
      );
      const choice = choices.find(({ value }) => value === chosen);
      if (!choice) throw new Cancelled();
      return choice.value;
    },
    chooseSome: async ({ message, choices, initial }) => {
      const options = { ...at, message, options: [...choices], initialValues: [...initial], required: false };
      const chosen = given(await multiselect<string>(options));
      return choices.map(({ value }) => value).filter((value) => chosen.includes(value));
    },
    confirm: async ({ message, initial }) => given(await confirm({ ...at, message, initialValue: initial })),
    wait: (message, work) => turning(message, at, (keyed) => orStopped(work, signal, keyed)),
    finish: (message, work) => turning(message, at, () => work),
  };
}

/** That the person is gone, or has to go. Signals are heeded from the beginning of the conversation to its end. */
function departureFrom(input: Readable) {
  const gone = new AbortController();
  // One for each question.
  setMaxListeners(0, gone.signal);
  const leave = () => gone.abort();
  // An error, because the keys of a terminal that has gone cannot be taken.
  for (const event of ['end', 'close', 'error']) input.on(event, leave);
  return {
    signal: gone.signal,
    heed: () => {
      for (const ending of endings) process.on(ending, leave);
    },
    ignore: () => {
      for (const ending of endings) process.off(ending, leave);
    },
  };
}

function given<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw new Cancelled();
  return answer;
}

/**
 * Not clack's own spinner: that one ends the process itself, with 0, when Ctrl-C is pressed.
 *
 * @param work is given what says that the person wants to stop.
 */
async function turning<T>(message: string, at: Place, work: (keyed: AbortSignal) => Promise<T>): Promise<T> {
  const { output } = at;
  const keys = takenKeys(at);
  let turn = 0;
  const draw = () => {
    const more = keys.keyed.aborted ? ' One moment, this has to be finished.' : '';
    output.write(`\r${frames[turn % frames.length]}  ${message}${more}`);
    turn += 1;
  };
  draw();
  const timer = setInterval(draw, frameMs);
  try {
    return await work(keys.keyed);
  } finally {
    keys.release();
    clearInterval(timer);
    output.write('\r\u001B[K');
  }
}

function orStopped<T>(work: Promise<T>, ...signals: AbortSignal[]): Promise<T> {
  const either = AbortSignal.any(signals);
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Cancelled());
    if (either.aborted) stop();
    either.addEventListener('abort', stop);
  });
  return Promise.race([work, stopped]);
}

/** Takes the keys for a while: what is typed before a question stands there neither shows nor answers it. */
function takenKeys({ input }: Place): { keyed: AbortSignal; release(): void } {
  const keyed = new AbortController();
  const onData = (chunk: unknown) => {
    if ([ctrlC, ctrlD].some((key) => String(chunk).includes(key))) keyed.abort();
  };
  setRawMode(input, true);
  input.on('data', onData);
  // The question before has paused it.
  input.resume();
  return {
    keyed: keyed.signal,
    release: () => {
      input.off('data', onData);
      input.pause();
      setRawMode(input, false);
    },
  };
}

function setRawMode(input: Readable, raw: boolean): void {
  if ('setRawMode' in input && typeof input.setRawMode === 'function') input.setRawMode(raw);
}
