import { afterAll, describe } from 'vitest';
import { calendarOffices } from '../support/calendar-offices.ts';
import { postOffices } from '../support/post-office.ts';
import { calendarContract } from './calendar-contract.ts';
import { mailContract } from './mail-contract.ts';

/** `npm run test:live` holds a real account to what every server here is held to. */

describe.each(postOffices)('the mail contract on $name', ({ open }) => {
  const opened: { close(): Promise<void> }[] = [];
  afterAll(async () => void (await Promise.all(opened.map((office) => office.close()))));
  mailContract(async () => {
    const office = await open();
    opened.push(office);
    return office.env('alice');
  });
});

describe.each(calendarOffices)('the calendar contract on $name', ({ open }) => {
  const opened: { close(): Promise<void> }[] = [];
  afterAll(async () => void (await Promise.all(opened.map((office) => office.close()))));
  calendarContract(async () => {
    const office = await open();
    opened.push(office);
    return office.env('alice');
  });
});
