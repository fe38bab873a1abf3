import type { OpenAccount } from './account.ts';

/** An account that is opened when somebody needs it. */
export interface LazyAccount {
  /** Opens at the first call and once; what could not be opened is tried again by the next call. */
  open(): Promise<OpenAccount>;
  /** Of one that was never opened, and of one that could not be, nothing is left to close. */
  close(): Promise<void>;
}

export function lazyAccount(open: () => Promise<OpenAccount>): LazyAccount {
  let opening: Promise<OpenAccount> | undefined;
  return {
    async open() {
      opening ??= open();
      const mine = opening;
      try {
        return await mine;
      } catch (error) {
        if (opening === mine) opening = undefined;
        throw error;
      }
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
