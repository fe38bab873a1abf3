import { expect, test } from 'vitest';
import { agentOf, ownAddressIn } from '../../../src/calendar/schedule/agent.ts';

const me = 'me@mailbox.org';
const alias = 'alias@example.org';
const account = { addresses: [me, alias], known: [me], name: undefined, schedules: true };
const plain = 'BEGIN:VEVENT\r\nORGANIZER:mailto:boss@example.org\r\nEND:VEVENT\r\n';

test('the server speaks for the addresses it knows, we write mail for the others', () => {
  expect(agentOf(account, plain, me).schedules).toBe(true);
  expect(agentOf(account, plain, alias).schedules).toBe(false);
  expect(agentOf({ ...account, known: [] }, plain, alias).schedules).toBe(true);
});

test('an organizer who asks that clients answer is answered by mail, also in a folded line', () => {
  const byClient = plain.replace('ORGANIZER:', 'ORGANIZER;CN=Boss;SCHEDULE-\r\n AGENT=CLIENT:');
  expect(agentOf(account, byClient, me).schedules).toBe(false);
});

test('the own address is the one invited, else the main one', () => {
  expect(ownAddressIn([{ email: 'bob@example.org' }, { email: alias }], account)).toBe(alias);
  expect(ownAddressIn([{ email: 'bob@example.org' }], account)).toBe(me);
});
