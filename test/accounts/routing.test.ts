import { expect, test } from 'vitest';
import { inWordsOf } from '../../src/config/account-names.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { fakeServices } from '../tools/services.ts';
import { accountsOf, asked } from './rig.ts';

const account = (name: string, services = fakeServices(), more: object = {}) => ({
  ...{ name, addresses: [], open: async () => services },
  ...more,
});

function twoFakes() {
  const [work, home] = [fakeServices(), fakeServices()];
  const requests = ({ asked: all }: typeof work) => all.map(({ method, request }) => [method, request]);
  const services = accountsOf([account('work', work), account('home', home)]);
  return { services, ofWork: () => requests(work), ofHome: () => requests(home) };
}

test.each([
  ['createFolder', { path: 'club:New' }],
  ['createFolder', { path: 'Club:New/Inner' }],
  ['renameFolder', { path: 'home:A', newPath: 'hmoe:B' }],
] as const)(
  '%s %j is refused with the names there are: it says an account there is not',
  async (method, request) => {
    const { services, ofWork, ofHome } = twoFakes();
    const { filing } = services();
    const call =
      method === 'createFolder'
        ? filing.createFolder(request, asked())
        : filing.renameFolder(request, asked());
    await expect(call).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('there are work, home.'),
      hint: expect.stringContaining('work:'),
    });
    expect([...ofWork(), ...ofHome()]).toEqual([]);
  },
);

test('a folder may be called so where the call says whose it is, or where nothing is said of an account', async () => {
  const { services, ofWork, ofHome } = twoFakes();
  await services().filing.createFolder({ path: 'work:club:New' }, asked());
  await services('home').filing.createFolder({ path: 'club:New' }, asked());
  await services().filing.createFolder({ path: 'Projects: 2026' }, asked());
  await services().filing.createFolder({ path: 'Talks/10:30' }, asked());
  const made = (...paths: string[]) => paths.map((path) => ['createFolder', { path }]);
  expect(ofWork()).toEqual(made('club:New', 'Projects: 2026', 'Talks/10:30'));
  expect(ofHome()).toEqual(made('club:New'));
});

test.each([undefined, 'all'])(
  'a folder that says its account is searched there alone (account %s)',
  async (said) => {
    const { services, ofWork, ofHome } = twoFakes();
    await services(said).mail.search({ folder: 'home:INBOX' }, asked());
    expect(ofHome()).toEqual([['search', expect.objectContaining({ folder: 'INBOX' })]]);
    expect(ofWork()).toEqual([]);
  },
);

test('folders are made, renamed and deleted in the account their path says, which the answer says, too', async () => {
  const { services, ofWork, ofHome } = twoFakes();
  const { filing } = services();
  const { path } = await filing.createFolder({ path: 'home:Projects' }, asked());
  expect(path).toMatch(/^home:/u);
  await filing.renameFolder({ path: 'home:Projects', newPath: 'Done' }, asked());
  await filing.deleteFolder({ path: 'home:Done' }, asked());
  expect(ofHome()).toEqual([
    ['createFolder', { path: 'Projects' }],
    ['renameFolder', { path: 'Projects', newPath: 'Done' }],
    ['deleteFolder', { path: 'Done' }],
  ]);
  expect(ofWork()).toEqual([]);
  await expect(services('work').filing.createFolder({ path: 'home:X' }, asked())).rejects.toMatchObject({
    message: 'A folder in this call is of the account home, not of work.',
  });
});

test.each([
  ['home:A', 'work:A'],
  ['Projects', 'home:Projects'],
  ['work:Projects', 'Home:Projects'],
])('%s renamed to %s is refused: a folder stays in its account', async (path, newPath) => {
  const { services, ofWork, ofHome } = twoFakes();
  await expect(services().filing.renameFolder({ path, newPath }, asked())).rejects.toMatchObject({
    ...{
      code: 'invalid_input',
      message: expect.stringMatching(/^A folder of the account (work|home) cannot/u),
    },
  });
  expect([...ofWork(), ...ofHome()]).toEqual([]);
});

test('a folder of the default account is renamed with and without its name', async () => {
  const { services, ofWork, ofHome } = twoFakes();
  const { filing } = services();
  await filing.renameFolder({ path: 'A', newPath: 'work:B' }, asked());
  await filing.renameFolder({ path: 'work:A', newPath: 'B' }, asked());
  expect(ofWork()).toEqual(Array(2).fill(['renameFolder', { path: 'A', newPath: 'B' }]));
  expect(ofHome()).toEqual([]);
});

test('an account is named in any case, as roles are: no folder of the default one is made for a capital', async () => {
  const { services, ofWork, ofHome } = twoFakes();
  await services().filing.createFolder({ path: 'Home:New' }, asked());
  await services('all').mail.search({ folder: 'HOME:Private' }, asked());
  expect(ofHome()).toEqual([
    ['createFolder', { path: 'New' }],
    ['search', expect.objectContaining({ folder: 'Private' })],
  ]);
  expect(ofWork()).toEqual([]);
});

test.each([
  ['all', 'INBOX', 'This cursor is of one account, not of all.'],
  ['all', 'home:INBOX', 'This cursor is of one account, not of all.'],
  ['all', 'all:xxxxxxxxxxxx', 'The folders of all accounts come in one answer without cursors.'],
  [undefined, 'all:xxxxxxxxxxxx', 'The folders of all accounts come in one answer without cursors.'],
])('account %s with the cursor %s lists no folders as if they were all', async (said, cursor, message) => {
  const { services, ofWork, ofHome } = twoFakes();
  const listed = services(said).mail.folders({ cursor }, asked());
  await expect(listed).rejects.toMatchObject({ code: 'invalid_input', message });
  expect([...ofWork(), ...ofHome()]).toEqual([]);
});

test('mail is moved to a folder that says its account, and never out of its own account', async () => {
  const { services, ofWork, ofHome } = twoFakes();
  const { filing } = services();
  await filing.move({ ids: ['home:INBOX/1-1'], folder: 'home:Archive' }, asked());
  expect(ofHome()).toEqual([['move', { ids: ['INBOX/1-1'], folder: 'Archive' }]]);
  const across = filing.move({ ids: ['home:INBOX/1-1', 'work:INBOX/1-1'], folder: 'home:Archive' }, asked());
  await expect(across).rejects.toMatchObject({ code: 'unsupported' });
  expect(ofWork()).toEqual([]);
  expect(ofHome()).toHaveLength(1);
});

test('an id that says no account acts on none, unless the call names one', async () => {
  const { services, ofWork, ofHome } = twoFakes();
  const { mail, filing, outbox, schedule } = services();
  const ids = ['INBOX/1-1'];
  for (const refused of [
    filing.remove({ ids }, asked()),
    filing.mark({ ids: ['home:INBOX/1-1', ...ids], add: ['read'] }, asked()),
    mail.read({ id: 'hoem:INBOX/1-1' }, asked()),
    outbox.createDraft({ inReplyTo: 'INBOX/1-1', text: 'x' }, asked()),
    outbox.sendDraft({ id: 'Drafts/1-1' }, asked()),
    schedule.deleteEvent({ id: 'kalender/x' }, asked()),
  ]) {
    await expect(refused).rejects.toMatchObject({
      code: 'stale_reference',
      hint: expect.stringContaining('work: home:'),
    });
  }
  expect([...ofWork(), ...ofHome()]).toEqual([]);
  await services('home').filing.remove({ ids }, asked());
  expect(ofHome()).toEqual([['remove', { ids }]]);
});

test('errors name the settings as they are called for the account', async () => {
  const env = { MAILBOX_CA_FILE: '/ca.pem', MAILBOX_HOME_IMAP_HOST: 'imap.home.test' };
  const fails = async () => {
    throw new MailboxError('auth_failed', 'Refused.', {
      hint: 'Check MAILBOX_EMAIL, MAILBOX_CA_FILE, MAILBOX_CALDAV_URL and MAILBOX_READ_ONLY.',
    });
  };
  const home = fakeServices({ search: fails });
  const words = inWordsOf('home', env);
  const opening = { open: fails, words };
  const hint = 'Check MAILBOX_HOME_EMAIL, MAILBOX_CA_FILE, MAILBOX_HOME_CALDAV_URL and MAILBOX_READ_ONLY.';
  const found = accountsOf([account('work'), account('home', home, { words })])('home').mail.search(
    {},
    asked(),
  );
  await expect(found).rejects.toMatchObject({ code: 'auth_failed', hint });
  const unopened = accountsOf([account('work'), account('home', home, opening)]);
  await expect(unopened('home').mail.folders({}, asked())).rejects.toMatchObject({ hint });
  const { accounts } = await unopened().status.status(asked());
  expect(accounts.find((one) => one.account === 'home')?.protocols[0]?.error).toMatchObject({ hint });
});

test('an account without calendars is not asked for them by a call over all', async () => {
  const [work, home] = [fakeServices(), fakeServices()];
  const services = accountsOf([account('work', work, { withoutCalendars: true }), account('home', home)]);
  const { calendar } = services('all');
  await calendar.listCalendars({}, asked());
  await calendar.getEvents({ start: '2026-11-23' }, asked());
  await calendar.getFreeBusy({ start: '2026-11-23', end: '2026-11-24' }, asked());
  expect(work.asked).toEqual([]);
  expect(home.asked.map(({ method }) => method)).toEqual(['listCalendars', 'getEvents', 'getFreeBusy']);
});
