import { isList, settingNames } from './schema.ts';

/** An environment, as Node has it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A question of a desktop extension that nobody answered, as some clients pass it on instead of an empty value. */
const unanswered = /^\s*\$\{user_config\.[^{}]*\}\s*$/u;

/** Of settings, or of those of accounts, that hold a list: `_CALENDARS`. */
const listEndings = settingNames.filter(isList).map((name) => name.slice('MAILBOX'.length));

/**
 * What an environment says: its values without spaces around them, except in a password. What says nothing counts as unset
 * and is not there: desktop extensions pass optional settings as empty values.
 */
export function givenIn(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env)
      .filter(([name, value = '']) => !saysNothing(name, value))
      .map(([name, value]) => [name, name.includes('PASSWORD') ? value : value?.trim()]),
  );
}

function saysNothing(name: string, value: string): boolean {
  if (unanswered.test(value)) return true;
  const isOfList = listEndings.some((ending) => name.endsWith(ending));
  return isOfList ? /^[\s,]*$/u.test(value) : value.trim() === '';
}
