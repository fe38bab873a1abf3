import type { Env } from '../../config/read-config.ts';
import type { Keychain, SecretKind } from './keychain.ts';
import { firstLineOf } from './tools.ts';

/** One password of an address. */
export interface Secret {
  kind: SecretKind;
  secret: string;
}

/** Passwords that were put into a keychain, and the way back. */
export interface Storing {
  /** Whether every one came back as it was typed. */
  isKept: boolean;
  /** Whether a former password had to make room. */
  hasReplaced: boolean;
  /**
   * Puts the former passwords back; with `all`, takes those that are new away again, too. False when a former one is
   * lost.
   */
  undo(which: 'all' | 'replaced'): Promise<boolean>;
}

interface Change extends Secret {
  /** What the command printed before. */
  former: string | undefined;
  /** Whether the keychain said that it has the new one. */
  isTaken: boolean;
}

/**
 * Puts passwords into a keychain and has each printed as the server will, up to the first that does not come back. The
 * former ones are remembered: entries of other clients live by them until the new ones are known to work.
 */
export async function store(
  keychain: Keychain,
  email: string,
  secrets: readonly Secret[],
  env: Env,
): Promise<Storing> {
  const read = (kind: SecretKind) => firstLineOf(keychain.command(email, kind), env);
  const put = ({ kind, secret }: Secret) => taken(keychain, secret, email, kind);
  const changes: Change[] = [];
  let isKept = true;
  for (const { kind, secret } of secrets) {
    const former = await read(kind);
    if (former === secret) continue;
    const isTaken = await put({ kind, secret });
    changes.push({ kind, secret, former: former || undefined, isTaken });
    isKept = isTaken && (await read(kind)) === secret;
    if (!isKept) break;
  }
  const undone = async ({ kind, secret, former, isTaken }: Change, which: 'all' | 'replaced') => {
    if (former !== undefined) {
      if ((await read(kind)) === former) return true;
      await put({ kind, secret: former });
      return (await read(kind)) === former;
    }
    // A keychain that stayed locked printed nothing and took nothing: what it holds is not ours to take away.
    if (which === 'all' && (isTaken || (await read(kind)) === secret)) await keychain.forget(email, kind);
    return true;
  };
  return {
    isKept,
    hasReplaced: changes.some(({ former }) => former !== undefined),
    undo: async (which) => {
      const all: boolean[] = [];
      for (const change of changes) all.push(await undone(change, which));
      return all.every((one) => one);
    },
  };
}

/** Whether a keychain has a password in the place of one of these that is not the same. */
export async function holdsOther(
  keychain: Keychain,
  email: string,
  secrets: readonly Secret[],
  env: Env,
): Promise<boolean> {
  for (const { kind, secret } of secrets) {
    const held = await firstLineOf(keychain.command(email, kind), env);
    if (held && held !== secret) return true;
  }
  return false;
}

/** Where the keychain is a folder that cannot be made, it throws. */
async function taken(keychain: Keychain, secret: string, email: string, kind: SecretKind): Promise<boolean> {
  try {
    return await keychain.store(secret, email, kind);
  } catch {
    return false;
  }
}
