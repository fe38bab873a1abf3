import { expect, test } from 'vitest';
import { instructionsFor } from '../../src/server/instructions.ts';
import { catalogue, selectTools } from '../../src/tools/catalogue.ts';
import { tools, toolset } from './session.ts';

const all = { readOnly: false, send: 'direct', toolsets: undefined } as const;
const select = (wanted: object) => selectTools(catalogue, { ...all, ...wanted });

test.each([
  ['all', catalogue, 'mail and calendar: search, read, answer, send and file mail, plan events.'],
  ['read only', select({ readOnly: true }), 'mail and calendar: search and read mail, read events.'],
  [
    'drafts only',
    select({ send: 'drafts-only' }),
    'mail and calendar: search, read, answer and file mail, plan events.',
  ],
  ['calendar', toolset('calendar'), 'calendar: plan events.'],
  ['calendar, read only', select({ toolsets: ['calendar'], readOnly: true }), 'calendar: read events.'],
  ['mail', toolset('mail'), 'mail: search, read, answer, send and file mail.'],
  ['folders', tools('get_folders'), 'mail.'],
  ['server', toolset('server'), 'account.'],
])('the first sentence says what the tools can do: %s', (_what, listed, said) => {
  const [first] = instructionsFor(listed).split('\n');
  expect(first).toBe(`The user's mailbox.org ${said}`);
});

test('what replaces an id is told only where something can be moved', () => {
  expect(instructionsFor(catalogue)).toContain('newId replaces an id after a move.');
  expect(instructionsFor(tools('search_emails', 'delete_email'))).toContain('newId');
  for (const listed of [select({ readOnly: true }), toolset('calendar'), toolset('server')]) {
    expect(instructionsFor(listed)).not.toContain('newId');
  }
});
