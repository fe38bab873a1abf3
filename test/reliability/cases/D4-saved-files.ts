import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { DownloadedFile } from '../../../src/domain/mail.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { attachmentNames, isSafeName } from '../support/attachment-names.ts';
import { encodedWord } from '../support/payloads/payload.ts';
import { alice, atDesk, type SendingDesk } from '../support/sending-desk.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { spread } from '../support/spread.ts';

const payload = 'PAYLOAD';
const untouched = 'was here before';

/** What stands outside the folder and must stay as it is. */
interface Place {
  folder: string;
  /** Where the server is told to save: a symlink to `folder`. */
  link: string;
  victim: string;
}

interface Input {
  name: string;
  tried(desk: SendingDesk, place: Place, tally: Tally): Promise<string[]>;
}

export const savedFiles: Case = {
  id: 'D4',
  title: 'attachments saved under every name, on what is there, on a full disk',
  run: async (effort) => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'mailbox-d4-')));
    const place = { folder: join(base, 'saved'), link: join(base, 'link'), victim: join(base, 'victim.txt') };
    mkdirSync(place.folder);
    symlinkSync(place.folder, place.link);
    try {
      return await atDesk({ env: { MAILBOX_DOWNLOAD_DIR: place.link } }, async (desk) => {
        const tally = new Tally(effort);
        const disk = await fullDisk(desk, place);
        if (disk) tally.count('a full disk', disk);
        const all = [...inputs.slice(0, fixed), ...spread(inputs.slice(fixed), effort.seed)];
        for (const { name, tried } of all) {
          if (tally.isOver) break;
          writeFileSync(place.victim, untouched);
          const wrong = await tried(desk, place, tally);
          if (readFileSync(place.victim, 'utf8') !== untouched) wrong.push('wrote outside the folder');
          const more = readdirSync(base).filter((file) => !['saved', 'link', 'victim.txt'].includes(file));
          if (more.length > 0) wrong.push(`made ${more} outside the folder`);
          tally.count(name, wrong);
        }
        const leftOut = disk ? {} : { leftOut: 'a full disk: mounting one is not allowed here' };
        return tally.outcome({ of: inputs.length + (disk ? 1 : 0), ...leftOut });
      });
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  },
};

const obstacles: Record<string, (path: string, place: Place) => void> = {
  'a file': (path) => writeFileSync(path, untouched),
  'a symlink to a file': (path, { victim }) => symlinkSync(victim, path),
  'a symlink to nowhere': (path, { folder }) => symlinkSync(join(dirname(folder), 'made'), path),
  'a folder': (path) => mkdirSync(path),
};

const inputs: Input[] = [
  ...Object.entries(obstacles).map(([what, put]) => ({
    name: `${what} of that name`,
    tried: async (desk: SendingDesk, place: Place, tally: Tally) => {
      const path = join(place.folder, 'taken.txt');
      rmSync(path, { recursive: true, force: true });
      put(path, place);
      const before = lstatSync(path);
      const outcome = await download(desk, store(desk, 'taken.txt', payload));
      const after = lstatSync(path);
      const kept = after.ino === before.ino && after.mtimeMs === before.mtimeMs;
      return [...(kept ? [] : ['what was there is not what it was']), ...judge(outcome, place, tally)];
    },
  })),
  { name: 'a symlink put there and taken away all the time', tried: swapped },
  { name: 'the connection breaks', tried: (desk, place) => broken(desk, place, 'break') },
  { name: 'the call is cancelled', tried: (desk, place) => broken(desk, place, 'cancel') },
  ...attachmentNames.flatMap((name) => [
    {
      name: `sent as ${JSON.stringify(name).slice(0, 60)}`,
      tried: async (desk: SendingDesk, place: Place, tally: Tally) =>
        judge(await download(desk, store(desk, name, payload)), place, tally),
    },
    {
      name: `wanted as ${JSON.stringify(name).slice(0, 60)}`,
      tried: async (desk: SendingDesk, place: Place, tally: Tally) => {
        const outcome = await download(desk, store(desk, 'a.txt', payload), { filename: name });
        if (!outcome.ok && outcome.error.code === 'invalid_input') return [];
        return judge(outcome, place, tally);
      },
    },
  ]),
];
/** The inputs before the names, of which there are many. */
const fixed = inputs.length - attachmentNames.length * 2;

/** Puts a mail with this attachment into the inbox and gives its id. */
function store(desk: SendingDesk, name: string, content: string): string {
  const disposition = `Content-Disposition: attachment;\r\n filename="${encodedWord(name)}"`;
  const file = part(['Content-Type: application/octet-stream', disposition], content);
  const raw = letter({
    headers: [mixed('b')],
    body: parts('b', part(['Content-Type: text/plain'], 'x'), file),
  });
  const { uid } = desk.sandbox.deliver(alice, 'INBOX', raw);
  const { uidValidity } = desk.sandbox.store.account(alice).find('INBOX') ?? { uidValidity: 0 };
  return `INBOX/${uidValidity.toString(36)}-${uid}`;
}

function download(
  desk: SendingDesk,
  id: string,
  more: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<ToolOutcome<DownloadedFile>> {
  return desk.server.call('download_attachment', { id, part: '2', ...more }, signal ? { signal } : {});
}

/** What the reply says against what lies on the disk. */
function judge(outcome: ToolOutcome<DownloadedFile>, { folder }: Place, tally: Tally): string[] {
  if (!outcome.ok) return [`not saved: ${outcome.error.code}: ${outcome.error.message}`];
  const { path, size, sha256 } = outcome.data;
  if (!existsSync(path) || !lstatSync(path).isFile()) {
    tally.mislabelled(path, 'saved, and there is no such file');
    return [];
  }
  const bytes = readFileSync(path);
  const wrong: string[] = [];
  if (dirname(path) !== folder) wrong.push(`saved as ${path}`);
  if (!isSafeName(basename(path))) wrong.push(`the name is ${JSON.stringify(basename(path))}`);
  if (process.platform !== 'win32' && (lstatSync(path).mode & 0o777) !== 0o600)
    wrong.push('others may read it');
  if (bytes.length !== size || createHash('sha256').update(bytes).digest('hex') !== sha256)
    tally.mislabelled(path, 'size or checksum is of something else');
  if (bytes.toString() !== payload) wrong.push(`holds ${bytes.toString().slice(0, 40)}`);
  return wrong;
}

async function swapped(desk: SendingDesk, place: Place, tally: Tally): Promise<string[]> {
  const path = join(place.folder, 'swap.txt');
  const id = store(desk, 'swap.txt', payload);
  const wrong: string[] = [];
  for (let round = 0; round < 20; round++) {
    let linked = false;
    const swap = setInterval(() => {
      if (linked) unlinkSync(path);
      linked = !linked && linkedThere(place.victim, path);
    }, 0);
    const outcome = await download(desk, id);
    clearInterval(swap);
    if (linked) unlinkSync(path);
    wrong.push(...judge(outcome, place, tally));
    rmSync(path, { force: true });
  }
  return wrong;
}

/** @returns false where the server was faster */
function linkedThere(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** What was begun and not ended leaves nothing behind. */
async function broken(desk: SendingDesk, { folder }: Place, how: 'break' | 'cancel'): Promise<string[]> {
  const id = store(desk, 'large.bin', 'x'.repeat(3_000_000));
  const before = readdirSync(folder);
  const cancelling = new AbortController();
  let met = false;
  desk.faults = ({ command, line }) => {
    if (command !== 'UID FETCH' || !line.includes('BODY.PEEK[2]')) return undefined;
    met = true;
    if (how === 'break') return { cutAfter: 50_000 };
    setTimeout(() => cancelling.abort(), 20);
    return { delayMs: 60 };
  };
  const told = await download(desk, id, {}, cancelling.signal).catch((error: unknown) => {
    if (error instanceof DOMException) return undefined;
    throw error;
  });
  await desk.quiet(150);
  desk.faults = undefined;
  const more = readdirSync(folder).filter((file) => !before.includes(file));
  return [
    ...(met ? [] : ['the attachment was fetched in another way than this case knows']),
    ...(told?.ok ? ['said to be saved'] : []),
    ...(more.length > 0 ? [`left behind: ${more}`] : []),
  ];
}

/** @returns undefined where no small disk can be had */
async function fullDisk(desk: SendingDesk, place: Place): Promise<string[] | undefined> {
  const unmount = mountSmallDisk(place.folder, 64 * 1024);
  if (!unmount) return undefined;
  try {
    const wrong: string[] = [];
    const large = await download(desk, store(desk, 'large.bin', 'x'.repeat(1_000_000)));
    if (large.ok) wrong.push('said to be saved');
    else if (large.error.code !== 'unavailable') wrong.push(`the error is ${large.error.code}`);
    const left = readdirSync(place.folder);
    if (left.length > 0) wrong.push(`left behind: ${left}`);
    const small = await download(desk, store(desk, 'small.txt', payload));
    return [...wrong, ...(small.ok ? [] : [`afterwards: ${small.error.message}`])];
  } finally {
    unmount();
  }
}
