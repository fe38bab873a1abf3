import type { ImapToken } from '../../src/connections/imap/wire.ts';

/** What SEARCH looks at. */
export type Letter = Readonly<Record<'SUBJECT' | 'FROM' | 'TO' | 'CC' | 'BCC' | 'BODY', string>>;

/** Whether a server would find the letter by these search keys (RFC 9051 §6.4.4, as far as texts go). */
export function finds(tokens: readonly ImapToken[], letter: Letter): boolean {
  const keys = [...tokens];
  let all = true;
  while (keys.length > 0) all = nextKey(keys, letter) && all;
  return all;
}

/** Takes one key with its arguments off the beginning. */
function nextKey(keys: ImapToken[], letter: Letter): boolean {
  const key = keys.shift();
  if (Array.isArray(key)) return finds(key, letter);
  if (key?.type !== 'ATOM') throw new Error(`no search key: ${JSON.stringify(key)}`);
  if (key.value === 'OR') {
    const [one, other] = [nextKey(keys, letter), nextKey(keys, letter)];
    return one || other;
  }
  if (key.value === 'NOT') return !nextKey(keys, letter);
  if (!(key.value in letter)) throw new Error(`no key for texts: ${key.value}`);
  const [text] = textsOf([keys.shift() ?? []]);
  if (text === undefined) throw new Error(`${key.value} without a text`);
  return letter[key.value as keyof Letter].toLowerCase().includes(text.toLowerCase());
}

/** The texts that are looked for. */
export function textsOf(tokens: readonly ImapToken[]): string[] {
  return tokens.flatMap((token) => {
    if (Array.isArray(token)) return textsOf(token);
    return token.type === 'ATOM' ? [] : [token.value.toString()];
  });
}
