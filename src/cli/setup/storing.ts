import type { Env } from '../../config/read-config.ts';
import type { Keychain, SecretKind, Vacancy } from './keychain.ts';
import { firstLineOf } from './tools.ts';

/** One password of an address. */
export interface Secret {
  kind: SecretKind;
  secret: string;
}

/** A password and what the keychain has in its place. */
export interface Spot extends Secret {
  /** What its command prints; undefined: nothing. */
  former: string | undefined;
  vacancy: Vacancy;
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

interface Change extends Spot {
  /** Whether the keychain said that it has the new one. */
  isTaken: boolean;
}

/** What would have to make room, because entries of other clients live by it; up to where the keychain is shut. */
export async function spotsFor(
  keychain: Keychain,
  email: string,
  secrets: readonly Secret[],
  env: Env,
): Promise<readonly Spot[]> {
  const spots: Spot[] = [];
  for (const { kind, secret } of secrets) {
    const read = async () => (await firstLineOf(keychain.command(email, kind), env)) || undefined;
    const first = await read();
    const vacancy = first === undefined ? await keychain.vacancy(email, kind) : 'held';
    // Finding out may have unlocked it.
    const former = first ?? (vacancy === 'shut' ? undefined : await read());
    spots.push({ kind, secret, former, vacancy: former === undefined ? vacancy : 'held' });
    if (vacancy === 'shut') break;
  }
  return spots;
}

/** Puts passwords into a keychain and has each printed as the server will, up to the first that does not come back. */
export async function store(
  keychain: Keychain,
  email: string,
  spots: readonly Spot[],
  env: Env,
): Promise<Storing> {
  const read = (kind: SecretKind) => firstLineOf(keychain.command(email, kind), env);
  const put = ({ kind, secret }: Secret) => taken(keychain, secret, email, kind);
  const changes: Change[] = [];
  let isKept = true;
  for (const spot of spots) {
    const { kind, secret } = spot;
    if (spot.former === secret) continue;
    const isTaken = await put(spot);
    changes.push({ ...spot, isTaken });
    isKept = isTaken && (await read(kind)) === secret;
    if (!isKept) break;
  }
  const undone = async ({ kind, secret, former, vacancy, isTaken }: Change, which: 'all' | 'replaced') => {
    if (former !== undefined) {
      if ((await read(kind)) === former) return true;
      await put({ kind, secret: former });
      return (await read(kind)) === former;
    }
    // What did not take the new one has its own still, which is not ours to take away.
    const isIn = isTaken || (await read(kind)) === secret;
    if (vacancy !== 'free') return !isIn;
    if (which === 'all' && isIn) await keychain.forget(email, kind);
    return true;
  };
  return {
    isKept,
    hasReplaced: changes.some(({ vacancy }) => vacancy !== 'free'),
    undo: async (which) => {
      const all: boolean[] = [];
      for (const change of changes) all.push(await undone(change, which));
      return all.every((one) => one);
    },
  };
}

/** Where the keychain is a folder that cannot be made, it throws. */
async function taken(keychain: Keychain, secret: string, email: string, kind: SecretKind): Promise<boolean> {
  try {
    return await keychain.store(secret, email, kind);
  } catch {
    return false;
  }
}
