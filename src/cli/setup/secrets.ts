import { type Answers, plainSecrets, type SecretSettings } from './answers.ts';
import type { Asker, Choice } from './asker.ts';
import type { Machine } from './clients.ts';
import { isFilledIn } from './entry.ts';
import { type Keychain, keychainOf, type SecretKind } from './keychain.ts';
import { wordFault } from './questions.ts';
import { firstLineOf } from './tools.ts';

/** Where the passwords shall be. Those of a keychain go there when everything else has been asked. */
export type Keeping = { kind: 'keychain'; keychain: Keychain } | { kind: 'ready'; secrets: SecretSettings };

export async function askKeeping(ask: Asker, machine: Machine, answers: Answers): Promise<Keeping> {
  const keychain = keychainOf(machine);
  for (;;) {
    const choice = await askPlace(ask, keychain, answers);
    if (choice === 'keychain' && keychain) return { kind: 'keychain', keychain };
    const secrets = await ready(ask, machine, answers, choice);
    if (secrets) return { kind: 'ready', secrets };
  }
}

type Place = 'keychain' | 'command' | 'entry';

/** The same without a keychain. */
export async function askElsewhere(ask: Asker, machine: Machine, answers: Answers): Promise<SecretSettings> {
  for (;;) {
    const choice = await askPlace(ask, undefined, answers);
    const secrets = await ready(ask, machine, answers, choice);
    if (secrets) return secrets;
  }
}

async function ready(ask: Asker, machine: Machine, answers: Answers, place: Place) {
  return place === 'command' ? await askCommands(ask, machine, answers) : plainSecrets(answers);
}

async function askPlace(ask: Asker, keychain: Keychain | undefined, answers: Answers): Promise<Place> {
  const isChanged = Object.values(plainSecrets(answers)).some(isFilledIn);
  if (isChanged) {
    ask.tell(
      'A password with "${" in it cannot be kept in a client\'s settings file: many programs put something of their own there.',
    );
  }
  const left = choices(keychain).filter(({ value }) => value !== 'entry' || !isChanged);
  return await ask.choose({ message: 'Where shall the password be kept?', choices: left });
}

function choices(keychain: Keychain | undefined): Choice<Place>[] {
  return [
    ...(keychain ? [{ value: 'keychain', label: `In ${keychain.name}`, hint: keychain.hint } as const] : []),
    {
      value: 'entry',
      label: "In your client's settings file",
      hint: 'simple, but anyone who can read that file, or a copy of it, can read your mail',
    },
    {
      value: 'command',
      label: 'Elsewhere: a command prints it',
      hint: 'for password managers like pass or op',
    },
  ];
}

/** Undefined when a command printed something else than what was typed, which has been said then. */
async function askCommands(
  ask: Asker,
  machine: Machine,
  answers: Answers,
): Promise<SecretSettings | undefined> {
  const command = async (kind: SecretKind, secret: string) => {
    const line = await ask.text({
      message: `The command that prints the password for ${kind}, with the whole path of its program`,
      check: wordFault,
    });
    const printed = await ask.wait('Running it as your client will …', firstLineOf(line, machine.env));
    if (printed === secret) return line;
    ask.bad(
      printed === undefined || printed === ''
        ? 'It failed or printed nothing. Your client runs it without a terminal and with few environment variables.'
        : 'Its first line is not the password you typed.',
    );
    return undefined;
  };
  const mail = await command('mail', answers.password);
  if (mail === undefined) return undefined;
  if (answers.calendarPassword === undefined) return { MAILBOX_PASSWORD_COMMAND: mail };
  const calendar = await command('calendar', answers.calendarPassword);
  if (calendar === undefined) return undefined;
  return { MAILBOX_PASSWORD_COMMAND: mail, MAILBOX_DAV_PASSWORD_COMMAND: calendar };
}
