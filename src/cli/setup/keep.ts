import type { Answers, SecretSettings } from './answers.ts';
import { type Asker, Cancelled } from './asker.ts';
import type { Machine } from './clients.ts';
import type { Keychain } from './keychain.ts';
import { askElsewhere, type Keeping } from './secrets.ts';
import { type Secret, type Spot, type Storing, spotsFor, store } from './storing.ts';

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
 * Puts the passwords where they shall be and has them printed once as the server will. Entries that are there already
 * live by what a keychain holds: another password in it makes room only when the person says so. Where the keychain fails,
 * everything is put back as it was, and another place is asked for.
 *
 * @throws Cancelled, which tells when a former password could not be put back.
 */
export async function keep(ask: Asker, machine: Machine, answers: Answers, keeping: Keeping): Promise<Kept> {
  if (keeping.kind === 'ready') return unmoved(keeping.secrets);
  const { keychain } = keeping;
  const elsewhere = async () => unmoved(await askElsewhere(ask, machine, answers));
  const looking = spotsFor(keychain, answers.email, secretsOf(answers), machine.env);
  const asIs = async () => true;
  const spots = await undoable(ask, keychain, `Looking into ${keychain.name} …`, looking, asIs);
  if (spots.some(({ vacancy }) => vacancy === 'shut')) {
    ask.bad(failureOf(keychain));
    return await elsewhere();
  }
  const chosen = await askReplacing(ask, keychain, answers, spots);
  return chosen === 'elsewhere' ? await elsewhere() : await keepIn(keychain, ask, machine, answers, chosen);
}

/** Those whose password goes into the keychain. */
async function askReplacing(
  ask: Asker,
  { name }: Keychain,
  { email, isProven }: Answers,
  spots: readonly Spot[],
): Promise<readonly Spot[] | 'elsewhere'> {
  if (spots.some(isUnreadable)) {
    const message = `What is in ${name} for ${email} cannot be read, so it could not be put back. Replace it?`;
    if (!(await ask.confirm({ message, initial: false }))) return 'elsewhere';
  } else if (spots.some(isOther)) {
    const message = `Another password for ${email} is in ${name}, and entries you have may need it. Replace it?`;
    if (!(await ask.confirm({ message, initial: isProven }))) {
      ask.tell(`It stays in ${name}, where the new entry will take it, too.`);
      return spots.filter((spot) => !isOther(spot));
    }
  }
  return spots;
}

function isUnreadable({ former, vacancy }: Spot): boolean {
  return former === undefined && vacancy === 'held';
}

function isOther({ former, secret }: Spot): boolean {
  return former !== undefined && former !== secret;
}

async function keepIn(
  keychain: Keychain,
  ask: Asker,
  machine: Machine,
  answers: Answers,
  spots: readonly Spot[],
): Promise<Kept> {
  const settings = commandsFor(answers, keychain);
  if (spots.length === 0) return unmoved(settings);
  const working = store(keychain, answers.email, spots, machine.env);
  const message = `Putting the password into ${keychain.name} …`;
  const storing = await undoable(ask, keychain, message, working, ({ undo }) => undo('all'));
  if (!storing.isKept) return await keepElsewhere(ask, machine, answers, keychain, storing);
  ask.good(`The password is in ${keychain.name}.`);
  return { settings, undo: () => putBack(ask, keychain, storing) };
}

/**
 * Work in a keychain that can be given up.
 *
 * @param undo false when a former password is lost.
 * @throws Cancelled, when all is as it was or it is said that it is not.
 */
async function undoable<T>(
  ask: Asker,
  keychain: Keychain,
  message: string,
  work: Promise<T>,
  undo: (done: T) => Promise<boolean>,
): Promise<T> {
  try {
    return await ask.wait(message, work);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    throw (await ask.finish(puttingBack, work.then(undo))) ? error : new Cancelled(lossIn(keychain));
  }
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

async function putBack(ask: Asker, keychain: Keychain, storing: Storing): Promise<string> {
  if (!storing.hasReplaced) return `The password stays in ${keychain.name}, for the entry above.`;
  return (await ask.finish(puttingBack, storing.undo('replaced')))
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
  const isBack = await ask.finish(puttingBack, storing.undo('all'));
  ask.bad(failureOf(keychain));
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

const puttingBack = 'Putting back what was there …';

function failureOf(keychain: Keychain): string {
  return `The password could not be kept in ${keychain.name}: it did not come back as it was typed.`;
}

function lossIn(keychain: Keychain): string {
  return `The former password could not be put back into ${keychain.name}: run setup again before you use an entry that takes it from there.`;
}
