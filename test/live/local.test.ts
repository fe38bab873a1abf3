import { afterAll, describe } from 'vitest';
import { calendarOffices } from '../support/calendar-offices.ts';
import { postOffices } from '../support/post-office.ts';
import { calendarContract } from './calendar-contract.ts';
import { mailContract } from './mail-contract.ts';

/** What a person may have set for every day, and the contract must not stumble over. */
const everyday = {
  ...{ MAILBOX_TIMEZONE: 'America/New_York', MAILBOX_CALENDARS: 'Privat', MAILBOX_READ_ONLY: 'true' },
  ...{ MAILBOX_TOOLSETS: 'server', MAILBOX_TOOLS: 'get_folders', MAILBOX_TOOLS_EXCLUDE: 'get_email' },
  ...{ MAILBOX_SEND: 'drafts-only', MAILBOX_ALLOWED_RECIPIENTS: '@example.org' },
  ...{ MAILBOX_SEND_LIMIT: '1', MAILBOX_RATE_LIMIT: '1' },
};

/** `npm run test:live` holds a real account to what every server here is held to. */

describe.each(postOffices)('the mail contract on $name', ({ open }) => {
  const opened: { close(): Promise<void> }[] = [];
  afterAll(async () => void (await Promise.all(opened.map((office) => office.close()))));
  mailContract(async () => {
    const office = await open();
    opened.push(office);
    return { ...office.env('alice'), ...everyday };
  });
});

describe.each(calendarOffices)('the calendar contract on $name', ({ open }) => {
  const opened: { close(): Promise<void> }[] = [];
  afterAll(async () => void (await Promise.all(opened.map((office) => office.close()))));
  calendarContract(async () => {
    const office = await open();
    opened.push(office);
    return { ...office.env('alice'), ...everyday };
  });
});
