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

interface Place {
  input: Readable;
  output: Writable;
  /** The terminal is gone. */
  signal: AbortSignal;
}

/** A person at a terminal, asked with @clack/prompts. */
export function terminal(input: Readable, output: Writable): Asker {
  // Left to itself Ctrl-D ends the reading, and the question waits for ever.
  updateSettings({ aliases: { [ctrlD]: 'cancel' } });
  const gone = new AbortController();
  // One for each question.
  setMaxListeners(0, gone.signal);
  for (const event of ['end', 'close']) input.once(event, () => gone.abort());
  const at: Place = { input, output, signal: gone.signal };
  return {
    begin: (title) => intro(title, at),
    end: (message) => outro(message, at),
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
    wait: (message, work) => turning(message, work, at),
  };
}

function given<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw new Cancelled();
  return answer;
}

/** Not clack's own spinner: that one ends the process itself, with 0, when Ctrl-C is pressed. */
async function turning<T>(message: string, work: Promise<T>, at: Place): Promise<T> {
  const { output } = at;
  let turn = 0;
  const draw = () => {
    output.write(`\r${frames[turn % frames.length]}  ${message}`);
    turn += 1;
  };
  draw();
  const timer = setInterval(draw, frameMs);
  const keys = onlyStopping(at);
  try {
    return await Promise.race([work, keys.stopped]);
  } finally {
    keys.release();
    clearInterval(timer);
    output.write('\r\u001B[K');
  }
}

/** Takes the keys for a while: what is typed before a question stands there neither shows nor answers it. */
function onlyStopping({ input, signal }: Place): { stopped: Promise<never>; release(): void } {
  const keyed = new AbortController();
  const onData = (chunk: unknown) => {
    if ([ctrlC, ctrlD].some((key) => String(chunk).includes(key))) keyed.abort();
  };
  const either = AbortSignal.any([signal, keyed.signal]);
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Cancelled());
    if (either.aborted) stop();
    either.addEventListener('abort', stop);
  });
  setRawMode(input, true);
  input.on('data', onData);
  // The question before has paused it.
  input.resume();
  return {
    stopped,
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
