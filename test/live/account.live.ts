import { describe } from 'vitest';
import { calendarContract } from './calendar-contract.ts';
import { mailContract } from './mail-contract.ts';

/** Of `npm run test:live`: the account whose settings are in the environment. */
const settings = Object.entries(process.env).filter(([name]) => /^(?:MAILBOX|POOL|CACHE)_/u.test(name));
const env = Object.fromEntries(settings.map(([name, value]) => [name, value ?? '']));

describe('the mail contract on a real account', () => mailContract(async () => env));
describe('the calendar contract on a real account', () => calendarContract(async () => env));
