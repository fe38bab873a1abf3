import type { Email, FolderList, SearchResult } from '../../../src/domain/mail.ts';
import { dovecotAvailable } from '../../servers/dovecot.ts';
import { letter } from '../../support/letters.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { pathOf, soundNames, unsoundNames } from '../support/folder-names.ts';
import { dovecotKeeper, type Keeper, sandboxKeeper } from '../support/keeper.ts';
import { entry } from '../support/server.ts';
import { spread } from '../support/spread.ts';

interface Desk {
  keeper: Keeper;
  server: McpProcess;
  tally: Tally;
}

/** What a server may answer to a name it does not have as we would. */
const refusals = new Set(['invalid_input', 'forbidden', 'conflict', 'unsupported']);

export const folderNames: Case = {
  id: 'B10',
  title: 'folder names of every kind come back as they were, and none is a command',
  async run(effort) {
    const tally = new Tally(effort);
    const keepers = [
      () => sandboxKeeper(),
      () => sandboxKeeper({ separator: '.' }),
      () => sandboxKeeper({ flat: true }),
      ...(dovecotAvailable() ? [dovecotKeeper] : []),
    ];
    const share = { ...effort, budgetMs: effort.budgetMs / 2 };
    const of = await inPairs(keepers, (open) => atKeeper(open, share, tally));
    const leftOut = dovecotAvailable() ? {} : { leftOut: 'no Dovecot here' };
    return tally.outcome({ of, ...leftOut });
  },
};

/** Two at a time: more would only wait for each other. Resolves to how many inputs there are. */
async function inPairs<T>(all: readonly T[], work: (one: T) => Promise<number>): Promise<number> {
  let inputs = 0;
  for (let at = 0; at < all.length; at += 2) {
    const counts = await Promise.all(all.slice(at, at + 2).map(work));
    inputs += counts.reduce((sum, count) => sum + count, 0);
  }
  return inputs;
}

async function atKeeper(open: () => Promise<Keeper>, effort: Effort, tally: Tally): Promise<number> {
  const keeper = await open();
  const server = startServer({ ...keeper.env, MAILBOX_TIMEZONE: 'Europe/Berlin' }, { entry });
  try {
    await server.initialize();
    const inputs = inputsAt({ keeper, server, tally });
    const clock = new Tally(effort);
    for (const input of spread(inputs, effort.seed)) {
      if (clock.isOver) break;
      await input();
    }
    await server.end();
    return inputs.length;
  } finally {
    await keeper.close();
  }
}

function inputsAt(desk: Desk): (() => Promise<void>)[] {
  const { separator } = desk.keeper;
  const isSound = (name: string) => pathOf(name, separator) !== undefined;
  const names = separator === '' ? soundNames.filter((name) => !name.includes('.')) : soundNames;
  return [
    ...names.map((name) => () => ownFolder(desk, name)),
    ...names.filter(isSound).map((name) => () => foreignFolder(desk, name)),
    // Without levels a slash is a letter like any other.
    ...unsoundNames
      .filter((name) => !(name.includes('/') && isSound(name)))
      .map((name) => () => unsound(desk, name)),
  ];
}

/** Made, filled, renamed and deleted by our tools. */
async function ownFolder(desk: Desk, name: string): Promise<void> {
  const { keeper, server, tally } = desk;
  const before = await keeper.folders();
  const input = `${keeper.name}: ${shown(name)}`;
  const path = pathOf(name, keeper.separator);
  const made = await server.call<{ path: string }>('create_directory', { path: name });
  const now = await keeper.folders();
  const has = path !== undefined && now.includes(path);
  if (made.ok && !has) tally.mislabelled(input, `said to be made as ${shown(made.data.path)}`);
  if (!made.ok && has) tally.mislabelled(input, `said to have failed (${made.error.code}), and is there`);
  if (!made.ok) {
    const allowed = path === undefined || keeper.name === 'Dovecot';
    // The levels above it were made first, and stay.
    const isAbove = (folder: string) => path?.startsWith(`${folder}${keeper.separator}`);
    const wellLeft = now.every((folder) => before.includes(folder) || isAbove(folder));
    const fine = refusals.has(made.error.code) && allowed && wellLeft;
    tally.count(input, fine ? undefined : `not made: ${made.error.code} ${made.error.message}`);
  } else if (path !== undefined) {
    const other = made.data.path === path ? [] : [`named ${shown(made.data.path)}`];
    tally.count(input, [...other, ...(await used(desk, path)), ...(await renamed(desk, path))]);
  }
  await clear(desk, before);
}

/** Made by another program, as it likes; used by our tools. */
async function foreignFolder(desk: Desk, name: string): Promise<void> {
  const { keeper, tally } = desk;
  const before = await keeper.folders();
  const path = pathOf(name, keeper.separator);
  if (path === undefined) return;
  const canMake = await keeper.makeFolder(path).then(
    () => true,
    () => false,
  );
  if (canMake) tally.count(`${keeper.name}: another's ${shown(path)}`, await used(desk, path));
  await clear(desk, before);
}

/** Listed by its name; mail in it is found, read and moved. */
async function used({ keeper, server }: Desk, path: string): Promise<string[]> {
  const wrong: string[] = [];
  const listed = await server.call<FolderList>('get_folders');
  const paths = listed.ok ? listed.data.folders.map((folder) => folder.path) : [];
  if (!paths.includes(path)) wrong.push(`not in the list of folders (${codeOf(listed) ?? paths.length})`);
  const [inside] = await keeper.deliver(path, [{ raw: letter({ subject: 'Inside' }) }]);
  const [coming] = await keeper.deliver('INBOX', [{ raw: letter({ subject: 'Coming' }) }]);
  const moved = await server.call('move_email', { ids: [coming], folder: path });
  if (codeOf(moved) ?? 'failed' in (moved.ok ? moved.data : {})) wrong.push(`not moved: ${told(moved)}`);
  const found = await server.call<SearchResult>('search_emails', { folder: path });
  const subjects = found.ok ? found.data.emails.map(({ subject }) => subject).sort() : [];
  if (subjects.join() !== 'Coming,Inside') wrong.push(`found in it: ${subjects} ${codeOf(found) ?? ''}`);
  const read = await server.call<Email>('get_email', { id: inside });
  if (!read.ok || read.data.folder !== path) wrong.push(`its mail cannot be read: ${told(read)}`);
  const ids = found.ok ? found.data.emails.map(({ id }) => id) : [];
  const gone = await server.call('delete_email', { ids, permanent: true });
  if (!gone.ok) wrong.push(`its mails cannot be deleted: ${told(gone)}`);
  return wrong;
}

async function renamed({ keeper, server }: Desk, path: string): Promise<string[]> {
  const levels = keeper.separator === '' ? [path] : path.split(keeper.separator);
  const newPath = [...levels.slice(0, -1), 'Renamed'].join(keeper.separator);
  const there = await server.call('rename_directory', { path, newPath });
  const between = await keeper.folders();
  if (!there.ok) return [`not renamed: ${told(there)}`];
  if (between.includes(path) || !between.includes(newPath)) return ['said to be renamed, and is not'];
  const back = await server.call('rename_directory', { path: newPath, newPath: path });
  if (!back.ok || !(await keeper.folders()).includes(path)) return [`not renamed back: ${told(back)}`];
  const gone = await server.call('delete_directory', { path });
  const left = (await keeper.folders()).includes(path);
  return gone.ok && !left ? [] : [`not deleted: ${told(gone)}`];
}

/** Refused in every place a folder is named, and nothing comes of it. */
async function unsound({ keeper, server, tally }: Desk, name: string): Promise<void> {
  const before = await keeper.folders();
  const wrong: string[] = [];
  for (const [tool, args, codes] of [
    ['create_directory', { path: name }, ['invalid_input']],
    ['rename_directory', { path: 'Archive', newPath: name }, ['invalid_input', 'forbidden']],
    ['delete_directory', { path: name }, ['invalid_input', 'not_found']],
    ['search_emails', { folder: name }, ['invalid_input', 'not_found']],
    ['move_email', { ids: ['INBOX/1-1'], folder: name }, ['invalid_input', 'not_found']],
  ] as const) {
    const code = codeOf(await server.call(tool, args)) ?? 'ok';
    if (!(codes as readonly string[]).includes(code)) wrong.push(`${tool}: ${code}`);
  }
  const after = await keeper.folders();
  if (after.join('\n') !== before.join('\n')) wrong.push('other folders than before');
  tally.count(`${keeper.name}: ${shown(name)}`, wrong);
}

/** As before. Whoever had such a folder open loses the connection; a look at the folders gives time to notice. */
async function clear({ keeper, server }: Desk, before: readonly string[]): Promise<void> {
  const added = (await keeper.folders()).filter((path) => !before.includes(path));
  for (const path of added.sort((a, b) => b.length - a.length)) await keeper.dropFolder(path);
  if (added.length > 0) await server.call('get_folders');
}

function codeOf(outcome: ToolOutcome<unknown>): string | undefined {
  return outcome.ok ? undefined : outcome.error.code;
}

function told(outcome: ToolOutcome<unknown>): string {
  return JSON.stringify(outcome.ok ? outcome.data : outcome.error).slice(0, 200);
}

function shown(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…${name.length}` : name);
}
