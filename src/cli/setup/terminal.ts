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
} from '@clack/prompts';
import { type Asker, Cancelled } from './asker.ts';

const frames = ['◒', '◐', '◓', '◑'];
const frameMs = 120;

/** A person at a terminal, asked with @clack/prompts. */
export function terminal(input: Readable, output: Writable): Asker {
  const at = { input, output };
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
    wait: (message, work) => turning(message, work, output),
  };
}

function given<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw new Cancelled();
  return answer;
}

/** Not clack's own spinner: that one ends the process itself, with 0, when Ctrl-C is pressed. */
async function turning<T>(message: string, work: Promise<T>, output: Writable): Promise<T> {
  let turn = 0;
  const draw = () => {
    output.write(`\r${frames[turn % frames.length]}  ${message}`);
    turn += 1;
  };
  draw();
  const timer = setInterval(draw, frameMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    output.write('\r\u001B[K');
  }
}
