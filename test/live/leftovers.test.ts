import { afterEach, describe, expect, test, vi } from 'vitest';
import { calendarOffices } from '../support/calendar-offices.ts';
import { letter } from '../support/letters.ts';
import { postOffices } from '../support/post-office.ts';
import { LiveAccount } from './live-account.ts';
import { folderOf, newMark } from './mark.ts';

/** An account belongs to somebody: what an interrupted run left goes, what only looks like it stays. */

const now = Date.now();
const old = newMark(now - 2 * 3_600_000, 0xab);
const young = newMark(now - 30 * 60_000, 0xcd);

afterEach(() => vi.restoreAllMocks());

test.each(postOffices)(
  'mails and folders of an interrupted run are swept on $name, no others',
  async ({ open }) => {
    const told = vi.spyOn(console, 'info').mockReturnValue();
    const office = await open();
    const other = await office.otherClient('alice');
    const inInbox = [
      ...[`An mich ${old}`, `Küche ${old}`, `An mich ${young}`, `Fwd: An mich ${old}`, `Was ist ${old}?`],
      ...[`mcp-test-${'f'.repeat(10)}`, 'mcp-test-'],
    ];
    for (const subject of inInbox) await other.append('INBOX', letter({ subject }));
    const folders = [folderOf(old), `${folderOf(old)} 2`, folderOf(young), `${folderOf(old)} 3`, 'MCP test'];
    for (const folder of folders) await other.mailboxCreate(folder);
    await other.append(folderOf(old), letter({ subject: `Re: Küche ${old}` }));
    await other.append(`${folderOf(old)} 2`, letter({ subject: `Küche ${old}` }));
    await other.append(`${folderOf(old)} 2`, letter({ subject: 'Put here by somebody' }));

    const live = await LiveAccount.open(office.env('alice'), now);
    await live.close();
    await other.mailboxOpen('INBOX');
    const left = await other.fetchAll('1:*', { envelope: true });
    expect(left.map(({ envelope }) => envelope?.subject)).toEqual(inInbox.slice(2));
    const paths = (await other.list()).map(({ path }) => path).filter((path) => path.startsWith('MCP'));
    expect(paths.sort()).toEqual(folders.slice(1).sort());
    expect(await other.status(`${folderOf(old)} 2`, { messages: true })).toMatchObject({ messages: 1 });
    expect(told.mock.calls.flat().join()).toMatch(/2 mails in INBOX, MCP test [0-9a-f]{10}\./u);
    await office.close();
  },
);

describe.each(calendarOffices)('on $name', ({ open }) => {
  test('the calendar of an interrupted run is swept, no other', async () => {
    vi.spyOn(console, 'info').mockReturnValue();
    const office = await open();
    for (const name of [old, young, 'mcp-test-x']) await office.makeCalendar('alice', name);
    const live = await LiveAccount.open(office.env('alice'), now);
    await live.ownCalendar();
    const { calendars } = await live.desk.call<{ calendars: { name: string }[] }>('list_calendars');
    const names = calendars.map(({ name }) => name).filter((name) => name.startsWith('mcp-test-'));
    expect(names.sort()).toEqual([young, live.mark, 'mcp-test-x'].sort());
    await live.close();
    await office.close();
  });
});
