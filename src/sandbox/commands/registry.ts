import type { CommandSpec } from '../imap-session.ts';
import { appendCommands } from './append.ts';
import { copyCommands } from './copy.ts';
import { fetchCommands } from './fetch.ts';
import { folderCommands } from './folders.ts';
import { listCommands } from './list.ts';
import { searchCommands } from './search.ts';
import { selectCommands } from './select.ts';
import { sessionCommands } from './session.ts';
import { storeCommands } from './store.ts';

/** Every command by its name in upper case. */
export const commands: ReadonlyMap<string, CommandSpec> = new Map(
  Object.entries({
    ...sessionCommands,
    ...folderCommands,
    ...listCommands,
    ...selectCommands,
    ...appendCommands,
    ...fetchCommands,
    ...searchCommands,
    ...storeCommands,
    ...copyCommands,
  }),
);
