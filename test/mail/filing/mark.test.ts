import { describe, expect, onTestFinished, test } from 'vitest';
import { context, mailboxKinds } from '../../support/mailboxes.ts';
import { faultyOffice, imapReadOnly, Office, once, sharedOffice } from './rig.ts';

describe.each(mailboxKinds)('marking on $name', ({ open }) => {
  const office = sharedOffice(open);

  test('words become flags, all others survive, and what stands there is told', async () => {
    const { put, filing, flags } = office();
    const id = await put('INBOX', 'marks', ['\\Answered', '$cl_3', 'Rechnung']);
    const add = ['read', 'flagged', 'forwarded', 'Wichtig!'];
    const { updated, failed } = await filing.mark({ ids: [id], add, remove: ['answered'] }, context());
    expect(failed).toBeUndefined();
    const stands = ['$Forwarded', '$cl_3', 'Rechnung', 'Wichtig!', '\\Flagged', '\\Seen'];
    expect(await flags(id)).toEqual(stands);
    expect(updated[0]?.id).toBe(id);
    expect(updated[0]?.flags.sort()).toEqual(['$cl_3', 'Rechnung', 'Wichtig!', 'flagged', 'forwarded']);
    await filing.mark({ ids: [id], remove: ['Rechnung', 'FLAGGED', 'forwarded', 'Wichtig!'] }, context());
    expect(await flags(id)).toEqual(['$cl_3', '\\Seen']);
  });

  test('unread is the opposite of read, both ways', async () => {
    const { put, filing, flags } = office();
    const id = await put('INBOX', 'seen', ['\\Seen']);
    expect(await filing.mark({ ids: [id], add: ['unread'] }, context())).toEqual({
      updated: [{ id, flags: ['unread'] }],
    });
    expect(await flags(id)).toEqual([]);
    await filing.mark({ ids: [id], remove: ['unread'] }, context());
    expect(await flags(id)).toEqual(['\\Seen']);
    await filing.mark({ ids: [id], remove: ['read'] }, context());
    expect(await flags(id)).toEqual([]);
  });

  test('what is so already is updated all the same; what is gone is not_found', async () => {
    const { put, filing, expunge } = office();
    const [id, gone] = [await put('INBOX', 'flagged', ['\\Flagged']), await put('INBOX', 'gone')];
    await expunge(gone);
    const { updated, failed } = await filing.mark({ ids: [id, gone], add: ['flagged'] }, context());
    expect(updated).toEqual([{ id, flags: ['unread', 'flagged'] }]);
    expect(failed).toEqual([{ id: gone, code: 'not_found' }]);
  });

  test.each([
    ['nothing to do', {}],
    ['empty lists', { add: [], remove: [] }],
    ['a contradiction', { add: ['Work'], remove: ['work'] }],
    ['a contradiction in other words', { add: ['unread'], remove: ['unread'] }],
    ['read and unread', { add: ['read', 'unread'] }],
    ['a system flag', { add: ['\\Deleted'] }],
    ['deleted', { add: ['Deleted'] }],
    ['draft', { remove: ['draft'] }],
    ['a space', { add: ['two words'] }],
    ['an umlaut', { add: ['Büro'] }],
    ['a line break', { add: ['a\r\nb'] }],
    ['a bracket', { add: ['a]'] }],
    ['a wildcard', { add: ['a%'] }],
    ['an empty word', { add: [''] }],
    ['a long word', { add: ['x'.repeat(101)] }],
  ])('%s is refused and nothing is changed', async (_, change) => {
    const { put, filing, flags } = office();
    const id = await put('INBOX', 'unmarked');
    await expect(filing.mark({ ids: [id], ...change }, context())).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.any(String),
    });
    expect(await flags(id)).toEqual([]);
  });

  test('every printable sign an atom may hold makes a keyword, but those that stand between several', async () => {
    const { put, filing, flags } = office();
    const id = await put('INBOX', 'odd keyword');
    const odd = "!#$&'+-./:<=>?@[^_`{|}~".replace('{', '');
    await filing.mark({ ids: [id], add: [odd] }, context());
    expect(await flags(id)).toEqual([odd]);
  });
});

test('a mark the server says OK to and does not keep is told as unsupported', async () => {
  const { office, arm } = await faultyOffice();
  const id = await office.put('INBOX', 'unkept');
  arm((event) => (event.command === 'UID STORE' ? { reply: 'OK done' } : undefined));
  expect(await office.filing.mark({ ids: [id], add: ['read'] }, context())).toEqual({
    updated: [],
    failed: [{ id, code: 'unsupported' }],
  });
  expect(office.imap.access.status).toEqual({ mode: 'read-write' });
});

test('a refused permission is forbidden, remembered, and forgotten when it works again', async () => {
  const { office, arm } = await faultyOffice();
  const id = await office.put('Archive', 'shared');
  arm((event) => (event.command === 'UID STORE' ? { reply: 'NO [NOPERM] not yours' } : undefined));
  expect(await office.filing.mark({ ids: [id], add: ['read'] }, context())).toEqual({
    updated: [],
    failed: [{ id, code: 'forbidden' }],
  });
  expect(office.imap.access.status).toMatchObject({ mode: 'read-only', reason: expect.any(String) });
  arm(undefined);
  await office.filing.mark({ ids: [id], add: ['read'] }, context());
  expect(office.imap.access.status).toEqual({ mode: 'read-write' });
});

test.each(mailboxKinds)('a folder for reading only on $name is forbidden', async ({ open }) => {
  const office = await Office.at(await open(), imapReadOnly);
  onTestFinished(() => office.close());
  const id = await office.put('Archive', 'read only');
  const forbidden = { failed: [{ id, code: 'forbidden' }] };
  const { filing } = office;
  expect(await filing.mark({ ids: [id], add: ['read'] }, context())).toMatchObject(forbidden);
  expect(await filing.remove({ ids: [id], permanent: true }, context())).toMatchObject(forbidden);
  expect(await office.standing('Archive')).toMatchObject([{ id, flags: [] }]);
  expect(office.imap.access.status).toMatchObject({ mode: 'read-only' });
});

test.each(['drop', 'dropAfter'] as const)('marking cut off (%s) is told as it stands', async (fault) => {
  for (const command of ['SELECT', 'UID FETCH', 'UID STORE']) {
    const { office, arm } = await faultyOffice();
    const id = await office.put('Archive', 'cut off');
    await office.filing.mark({ ids: [id], remove: ['flagged'] }, context());
    await new Promise((resolve) => setTimeout(resolve, 5));
    arm(once(command, fault));
    const { updated, failed } = await office.filing.mark({ ids: [id], add: ['read'] }, context());
    const stands = (await office.flags(id))?.includes('\\Seen') === true;
    expect(updated.length).toBe(stands ? 1 : 0);
    expect(failed).toEqual(stands ? undefined : [{ id, code: 'unavailable' }]);
  }
});

test('when the flags cannot be read back the outcome is unknown', async () => {
  const { office, arm } = await faultyOffice();
  const id = await office.put('INBOX', 'unknown');
  let stored = false;
  arm((event) => {
    stored ||= event.command === 'UID STORE';
    return stored ? 'drop' : undefined;
  });
  expect(await office.filing.mark({ ids: [id], add: ['read'] }, context())).toEqual({
    updated: [],
    failed: [{ id, code: 'unknown_outcome' }],
  });
});
