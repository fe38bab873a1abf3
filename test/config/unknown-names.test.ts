import { expect, test } from 'vitest';
import { unknownNames } from '../../src/config/unknown-names.ts';

const accounts = ['work', 'home-office'];

function faultOf(name: string, named: readonly string[] = accounts): string {
  return unknownNames({ [name]: 'x' }, named)
    .map(({ fault }) => fault)
    .join(' | ');
}

test.each([
  ['MAILBOX_WORK_PASWORD', 'is not a setting (did you mean MAILBOX_WORK_PASSWORD?).'],
  ['MAILBOX_HOME_OFICE_EMAIL', /did you mean MAILBOX_HOME_OFFICE_EMAIL\?/u],
  ['MAILBOX_HOME_PASSWORD', /account home \(did you mean MAILBOX_HOME_OFFICE_PASSWORD\?\)/u],
  ['MAILBOX_WROK_DAV_PASSWORD', /the account wrok \(did you mean MAILBOX_WORK_DAV_PASSWORD\?\)/u],
  ['MAILBOX_IMAP_HSOT', /did you mean MAILBOX_IMAP_HOST\?/u],
])('%s names the one that was meant', (name, told) => {
  expect(faultOf(name)).toMatch(told);
});

test.each([
  ['MAILBOX_SHOP_EMAIL', 'shop'],
  ['MAILBOX_OFFICE_PASSWORD', 'office'],
  ['MAILBOX_SHOP_DAV_PASSWORD_COMMAND', 'shop'],
  ['MAILBOX_MY_SHOP_IMAP_HOST', 'my-shop'],
])('%s is of an account nobody named: no setting of another account is offered for it', (name, account) => {
  expect(faultOf(name)).toBe(
    `${name} is not a setting while MAILBOX_ACCOUNTS does not name the account ${account}.`,
  );
});

test('without accounts a name may be that of one, or of a setting', () => {
  expect(faultOf('MAILBOX_WORK_EMAIL', [])).toBe(
    'MAILBOX_WORK_EMAIL is not a setting while MAILBOX_ACCOUNTS does not name the account work.',
  );
  expect(faultOf('MAILBOX_USER_NAME', [])).toMatch(/account user \(did you mean MAILBOX_USERNAME\?\)/u);
});

test.each([
  ['MAILBOX_WORK_READ_ONLY', 'MAILBOX_READ_ONLY'],
  ['MAILBOX_HOME_OFFICE_SEND', 'MAILBOX_SEND'],
])('%s is told to be a setting for all accounts', (name, setting) => {
  expect(faultOf(name)).toBe(`${name} is not a setting: ${setting} is for all accounts.`);
});

test('an account that is named twice is offered once', () => {
  expect(faultOf('MAILBOX_WROK_EMAIL', ['work', 'work'])).toMatch(/\(did you mean MAILBOX_WORK_EMAIL\?\)/u);
});

test.each([
  ['mailbox_read_only', 'MAILBOX_READ_ONLY'],
  ['Mailbox_Email', 'MAILBOX_EMAIL'],
  ['mailbox_work_password', 'MAILBOX_WORK_PASSWORD'],
])('%s in small letters is not passed over', (name, meant) => {
  const named = name.includes('work') ? accounts : [];
  expect(faultOf(name, named)).toBe(`${name} is not a setting (did you mean ${meant}?).`);
});

test("other programs' variables are left alone", () => {
  const names = [
    'mailbox_home',
    'mailbox_file_name',
    'cache_dir',
    'CACHE_DRIVER',
    'POOL_SIZE',
    'mail',
    'PATH',
  ];
  for (const named of [[], accounts]) {
    expect(unknownNames(Object.fromEntries(names.map((name) => [name, 'x'])), named)).toEqual([]);
  }
});

test.each([
  'MAILBOX_WORK_PASWORD',
  'MAILBOX_WORK_ALLOWED_RECIPENTS',
  'mailbox_work_imap_port',
  'MAILBOX_WORK_HOST',
  'MAILBOX_WORK_COLOUR',
])('%s concerns the account work alone', (name) => {
  expect(unknownNames({ [name]: 'x' }, accounts)).toMatchObject([{ account: 'work' }]);
});

test.each([
  ['MAILBOX_WORK_READ_ONLY', accounts],
  ['MAILBOX_WORK_READONLY', accounts],
  ['MAILBOX_ALLOWED_RECIPENTS', accounts],
  ['MAILBOX_WROK_PASSWORD', accounts],
  ['MAILBOX_SEND_MODE', ['send', 'home']],
  ['MAILBOX_REA_ONLY', ['rea', 'home']],
  ['MAILBOX_ALLOWED_RECIPENTS', ['allowed', 'home']],
  ['MAILBOX_WORK_A_PASWORD', ['work', 'work-a']],
])('%s may concern all of %j', (name, named) => {
  expect(unknownNames({ [name]: 'x' }, named)).toMatchObject([{ account: undefined }]);
});
