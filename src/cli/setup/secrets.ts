import { type Answers, plainSecrets, type SecretSettings } from './answers.ts';
import { type Asker, Cancelled, type Choice } from './asker.ts';
import type { Machine } from './clients.ts';
import { type Keychain, keychainOf, type SecretKind } from './keychain.ts';
import { type Secret, type Storing, store } from './storing.ts';
import { firstLineOf } from './tools.ts';

/** Where the passwords shall be. Those of a keychain go there when everything else has been asked. */
export type Keeping = { kind: 'keychain'; keychain: Keychain } | { kind: 'ready'; secrets: SecretSettings };

export async function askKeeping(ask: Asker, machine: Machine, answers: Answers): Promise<Keeping> {
  const keychain = keychainOf(machine);
  for (;;) {
    const choice = await ask.choose({ message: question, choices: choices(keychain) });
    if (choice === 'keychain' && keychain) return { kind: 'keychain', keychain };
    const secrets = await ready(ask, machine, answers, choice);
    if (secrets) return { kind: 'ready', secrets };
  }
}

const question = 'Where shall the password be kept?';
type Place = 'keychain' | 'command' | 'entry';

/** The same without a keychain. */
async function askElsewhere(ask: Asker, machine: Machine, answers: Answers): Promise<SecretSettings> {
  for (;;) {
    const choice = await ask.choose({ message: question, choices: choices(undefined) });
    const secrets = await ready(ask, machine, answers, choice);
    if (secrets) return secrets;
  }
}

async function ready(ask: Asker, machine: Machine, answers: Answers, place: Place) {
  return place === 'command' ? await askCommands(ask, machine, answers) : plainSecrets(answers);
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
      check: (typed) => (typed === '' ? 'It cannot be empty.' : undefined),
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

/** The passwords are where they shall be. */
export interface Kept {
  settings: SecretSettings;
  /**
   * For a run that wrote no entry: a password that made room for another comes back, a new one stays for who copies the
   * entry by hand. Tells what became of them; undefined when there is nothing to tell.
   */
  undo(): Promise<string | undefined>;
}

/**
 * Puts the passwords where they shall be and has them printed once as the server will. Where that fails, everything is
 * put back as it was, and another place is asked for.
 *
 * @throws Cancelled, which tells when a former password could not be put back.
 */
export async function keep(ask: Asker, machine: Machine, answers: Answers, keeping: Keeping): Promise<Kept> {
  if (keeping.kind === 'ready') return unmoved(keeping.secrets);
  const { keychain } = keeping;
  const { email, password, calendarPassword } = answers;
  const secrets: Secret[] = [
    { kind: 'mail', secret: password },
    ...(calendarPassword === undefined ? [] : [{ kind: 'calendar', secret: calendarPassword } as const]),
  ];
  const storing = await ask.wait(
    `Putting the password into ${keychain.name} …`,
    store(keychain, email, secrets, machine.env),
  );
  if (!storing.isKept) return await keepElsewhere(ask, machine, answers, keychain, storing);
  ask.good(`The password is in ${keychain.name}.`);
  const settings = {
    MAILBOX_PASSWORD_COMMAND: keychain.command(email, 'mail'),
    ...(calendarPassword !== undefined && {
      MAILBOX_DAV_PASSWORD_COMMAND: keychain.command(email, 'calendar'),
    }),
  };
  return { settings, undo: () => putBack(keychain, storing) };
}

async function putBack(keychain: Keychain, storing: Storing): Promise<string> {
  if (!storing.hasReplaced) return `The password stays in ${keychain.name}, for the entry above.`;
  return (await storing.undo('replaced'))
    ? `The former password is in ${keychain.name} again.`
    : lossIn(keychain);
}

async function keepElsewhere(
  ask: Asker,
  machine: Machine,
  answers: Answers,
  keychain: Keychain,
  storing: Storing,
): Promise<Kept> {
  const isBack = await storing.undo('all');
  ask.bad(`The password could not be kept in ${keychain.name}: it did not come back as it was typed.`);
  if (!isBack) ask.bad(lossIn(keychain));
  try {
    return unmoved(await askElsewhere(ask, machine, answers));
  } catch (error) {
    throw error instanceof Cancelled && !isBack ? new Cancelled(lossIn(keychain)) : error;
  }
}

function unmoved(settings: SecretSettings): Kept {
  return { settings, undo: async () => undefined };
}

function lossIn(keychain: Keychain): string {
  return `The former password could not be put back into ${keychain.name}: run setup again before you use an entry that takes it from there.`;
}
