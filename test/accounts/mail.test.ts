import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { addressOf, asked, type Name, names, type OpenTwo, openTwo, startTwo } from './rig.ts';

/** Two mailboxes that a careless program cannot tell apart: the same folders, UIDVALIDITY, UIDs and letters. */
let sandboxes: Record<Name, Sandbox>;
let two: OpenTwo;

beforeAll(async () => {
  sandboxes = await startTwo();
  two = openTwo(sandboxes);
});
afterAll(async () => {
  await two.close();
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

/** The same letter into both; its ids, by account. */
async function deliverBoth(subject: string): Promise<Record<Name, string>> {
  for (const name of names) sandboxes[name].deliver(addressOf(name), 'INBOX', letter({ subject }));
  const id = async (name: Name) => {
    const { emails } = await two.services(name).mail.search({ folder: 'inbox', subject }, asked());
    return emails[0]?.id ?? '';
  };
  return { work: await id('work'), home: await id('home') };
}

function flagsIn(name: Name, subject: string): string[] {
  const { folders } = sandboxes[name].store.account(addressOf(name));
  const messages = [...folders.values()].flatMap((folder) => folder.messages);
  const found = messages.filter(({ content }) => content.raw.includes(`Subject: ${subject}`));
  return found.flatMap(({ flags }) => [...flags]);
}

function folderOf(name: Name, subject: string): string[] {
  const { folders } = sandboxes[name].store.account(addressOf(name));
  return [...folders.values()]
    .filter(({ messages }) => messages.some(({ content }) => content.raw.includes(`Subject: ${subject}`)))
    .map((folder) => folder.name);
}

test('ids say whose they are, although UIDVALIDITY and UID are the same in both', async () => {
  const ids = await deliverBoth('Twins');
  expect(ids.work).toMatch(/^work:INBOX\//u);
  expect(ids.home).toBe(ids.work.replace('work:', 'home:'));
});

test('what is said of an id happens in its account and in no other', async () => {
  const ids = await deliverBoth('Marked');
  const { updated } = await two.services().filing.mark({ ids: [ids.home], add: ['flagged'] }, asked());
  expect(updated).toEqual([{ id: ids.home, flags: expect.arrayContaining(['flagged']) }]);
  expect([flagsIn('home', 'Marked'), flagsIn('work', 'Marked')]).toEqual([['\\Flagged'], []]);
  const read = await two.services('home').mail.read({ id: ids.home }, asked());
  expect(read).toMatchObject({ id: ids.home, subject: 'Marked' });
});

test('an id of one account under the name of another is refused, and nothing happens', async () => {
  const ids = await deliverBoth('Refused');
  const work = two.services('work');
  for (const call of [
    () => work.mail.read({ id: ids.home }, asked()),
    () => work.filing.remove({ ids: [ids.work, ids.home] }, asked()),
    () => work.outbox.sendDraft({ id: ids.home }, asked()),
  ]) {
    await expect(call()).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'An id in this call is of the account home, not of work.',
    });
  }
  expect([folderOf('work', 'Refused'), folderOf('home', 'Refused')]).toEqual([['INBOX'], ['INBOX']]);
});

test('an id without account is of the account the call names, else of none', async () => {
  const ids = await deliverBoth('Bare');
  const bare = ids.home.replace('home:', '');
  const named = await two.services('home').filing.mark({ ids: [bare], add: ['flagged'] }, asked());
  expect(named.updated[0]?.id).toBe(ids.home);
  const unnamed = two.services().filing.mark({ ids: [bare], add: ['answered'] }, asked());
  await expect(unnamed).rejects.toMatchObject({ code: 'stale_reference' });
  expect([flagsIn('home', 'Bare'), flagsIn('work', 'Bare')]).toEqual([['\\Flagged'], []]);
});

test('ids of several accounts are moved, each within its own, and told together', async () => {
  const ids = await deliverBoth('Moved');
  const { moved, failed } = await two
    .services()
    .filing.move({ ids: [ids.home, ids.work], folder: 'archive' }, asked());
  expect(failed).toBeUndefined();
  expect(moved.map(({ id }) => id)).toEqual([ids.home, ids.work]);
  expect(moved.map(({ newId }) => newId?.split('/')[0])).toEqual(['home:Archive', 'work:Archive']);
  expect([folderOf('work', 'Moved'), folderOf('home', 'Moved')]).toEqual([['Archive'], ['Archive']]);
  const gone = await two.services().filing.remove({ ids: moved.map(({ newId }) => newId ?? '') }, asked());
  expect(gone.trashed?.map(({ newId }) => newId?.split('/')[0])).toEqual(['home:Trash', 'work:Trash']);
});

test('what one account could not do is told beside what another did', async () => {
  const ids = await deliverBoth('Half');
  const { store } = sandboxes.home;
  store.account(addressOf('home')).create('Only here');
  const answer = await two
    .services()
    .filing.move({ ids: [ids.home, ids.work], folder: 'Only here' }, asked());
  expect(answer.moved.map(({ id }) => id)).toEqual([ids.home]);
  expect(answer.failed).toEqual([{ id: ids.work, code: 'not_found' }]);
  expect(folderOf('work', 'Half')).toEqual(['INBOX']);
});

const outgoing = (subject: string) => ({ to: ['bob@example.org'], subject, text: 'Hello.' });

test.each([
  ['nothing', undefined, undefined, addressOf('work')],
  ['its name', 'home', undefined, addressOf('home')],
  ['an address of it', undefined, addressOf('home').toUpperCase(), addressOf('home')],
  ['an alias of it', undefined, 'Alice <a.home@alias.test>', 'a.home@alias.test'],
])('a draft named by %s is written in that account', async (_what, said, from, sender) => {
  const draft = await two.services(said).outbox.createDraft({ ...outgoing('Draft'), from }, asked());
  expect(draft.from).toContain(sender);
  expect(draft.id).toMatch(sender.includes('home') ? /^home:Drafts\// : /^work:Drafts\//);
});

test('an answer leaves from the account of the mail it answers, and is filed and marked there', async () => {
  const ids = await deliverBoth('Question');
  const { savedTo } = await two.services().outbox.send({ inReplyTo: ids.home, text: 'Yes.' }, asked());
  // A path that is told can be passed on.
  const { searched } = await two.services().mail.search({ folder: savedTo }, asked());
  expect([savedTo, ...searched]).toEqual(['home:Sent', 'home:Sent']);
  expect(sandboxes.home.smtp.accepted).toHaveLength(1);
  expect(sandboxes.work.smtp.accepted).toHaveLength(0);
  expect([flagsIn('home', 'Question'), flagsIn('work', 'Question')]).toEqual([['\\Answered'], []]);
});

test('what would have to go along from another account is refused with a way round', async () => {
  const ids = await deliverBoth('Along');
  for (const along of [{ forwardOf: ids.home }, { attachments: [{ emailId: ids.home }] }]) {
    for (const { said, from } of [
      { said: 'work', from: undefined },
      { said: undefined, from: addressOf('work') },
    ]) {
      const draft = { ...outgoing('Fwd'), ...along, from };
      await expect(two.services(said).outbox.createDraft(draft, asked())).rejects.toMatchObject({
        code: 'unsupported',
        hint: expect.stringMatching(/download_attachment.*or send from home/u),
      });
    }
  }
  const draft = await two.services().outbox.createDraft({ ...outgoing('Fwd'), forwardOf: ids.home }, asked());
  expect(draft.id).toMatch(/^home:/u);
  await expect(
    two.services('work').outbox.createDraft({ ...outgoing('No'), from: addressOf('home') }, asked()),
  ).rejects.toMatchObject({ code: 'forbidden' });
});

test('a draft is sent, replaced and removed in its own account', async () => {
  const first = await two.services('home').outbox.createDraft(outgoing('One'), asked());
  const second = await two.services().outbox.createDraft({ ...outgoing('Two'), replaces: first.id }, asked());
  expect(second.id).toMatch(/^home:Drafts\//u);
  const { savedTo } = await two.services().outbox.sendDraft({ id: second.id }, asked());
  expect(savedTo).toBe('home:Sent');
  expect([folderOf('home', 'One'), folderOf('home', 'Two'), folderOf('work', 'Two')]).toEqual([
    [],
    ['Sent'],
    [],
  ]);
});

test('conversations, folders and searches of one account hold nothing of the other', async () => {
  const ids = await deliverBoth('Thread');
  const thread = await two.services().mail.thread({ id: ids.home }, asked());
  expect(thread.emails.map(({ id }) => id)).toEqual([ids.home]);
  const { searched } = await two.services('home').mail.search({ folder: 'inbox' }, asked());
  expect(searched).toEqual(['home:INBOX']);
});

test('a folder is told as a path that means it and no other, whatever it is called', async () => {
  sandboxes.work.store.account(addressOf('work')).create('home:Stuff');
  sandboxes.home.store.account(addressOf('home')).create('Stuff');
  const { mail, filing } = two.services();
  const { folders } = await mail.folders({}, asked());
  expect(folders.map(({ path }) => path)).toEqual(expect.arrayContaining(['work:INBOX', 'work:home:Stuff']));
  await expect(two.services('work').mail.search({ folder: 'home:Stuff' }, asked())).rejects.toMatchObject({
    hint: expect.stringContaining('One of work called so is work:home:Stuff.'),
  });
  expect(await filing.deleteFolder({ path: 'work:home:Stuff' }, asked())).toEqual({
    path: 'work:home:Stuff',
  });
  const has = (name: Name, path: string) => sandboxes[name].store.account(addressOf(name)).folders.has(path);
  expect([has('work', 'home:Stuff'), has('home', 'Stuff')]).toEqual([false, true]);
});

test('the folders of all accounts are listed together, as what is read from them tells its own', async () => {
  const { folders } = await two.services('all').mail.folders({}, asked());
  const paths = folders.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['work:INBOX', 'home:INBOX']));
  const ids = await deliverBoth('Placed');
  const read = await two.services().mail.read({ id: ids.home }, asked());
  const { emails } = await two.services().mail.thread({ id: ids.home }, asked());
  const draft = await two.services('home').outbox.createDraft(outgoing('Placed'), asked());
  for (const { folder } of [read, ...emails, draft]) expect(paths).toContain(folder);
});
