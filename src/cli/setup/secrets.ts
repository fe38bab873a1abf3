import { type Answers, plainSecrets, type SecretSettings } from './answers.ts';
import { type Asker, Cancelled, type Choice } from './asker.ts';
import type { Machine } from './clients.ts';
import { isFilledIn } from './entry.ts';
import { type Keychain, keychainOf, type SecretKind } from './keychain.ts';
import { wordFault } from './questions.ts';
import { holdsOther, type Secret, type Storing, store } from './storing.ts';
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
async function askElsewhere(ask: Asker, machine: Machine, answers: Answers): Promise<SecretSettings> {
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
  const working = store(keychain, answers.email, secretsOf(answers), machine.env);
  const storing = await ask
    .wait(`Putting the password into ${keychain.name} …`, working)
    .catch(async (error) => {
      if (!(error instanceof Cancelled)) throw error;
      ask.tell('Putting back what was there …');
      throw (await (await working).undo('all')) ? error : new Cancelled(lossIn(keychain));
    });
  if (!storing.isKept) return await keepElsewhere(ask, machine, answers, keychain, storing);
  ask.good(`The password is in ${keychain.name}.`);
  return { settings: commandsFor(answers, keychain), undo: () => putBack(keychain, storing) };
}

/**
 * The same for an entry to be copied by hand. Entries that are there already live by what the keychain holds: another
 * password in it makes room only when the person says so.
 *
 * @throws Cancelled as `keep`.
 */
export async function keepForHand(
  ask: Asker,
  machine: Machine,
  answers: Answers,
  keeping: Keeping,
): Promise<Kept> {
  if (keeping.kind === 'ready') return unmoved(keeping.secrets);
  const { keychain } = keeping;
  const { email } = answers;
  const looking = holdsOther(keychain, email, secretsOf(answers), machine.env);
  if (await ask.wait(`Looking into ${keychain.name} …`, looking)) {
    const message = `Another password for ${email} is in ${keychain.name}, and entries you have may need it. Replace it?`;
    if (!(await ask.confirm({ message, initial: false }))) return unmoved(commandsFor(answers, keychain));
  }
  return await keep(ask, machine, answers, keeping);
}

function secretsOf({ password, calendarPassword }: Answers): Secret[] {
  return [
    { kind: 'mail', secret: password },
    ...(calendarPassword === undefined ? [] : [{ kind: 'calendar', secret: calendarPassword } as const]),
  ];
}

function commandsFor({ email, calendarPassword }: Answers, keychain: Keychain): SecretSettings {
  return {
    MAILBOX_PASSWORD_COMMAND: keychain.command(email, 'mail'),
    ...(calendarPassword !== undefined && {
      MAILBOX_DAV_PASSWORD_COMMAND: keychain.command(email, 'calendar'),
    }),
  };
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
