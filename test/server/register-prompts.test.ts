import { expect, test } from 'vitest';
import * as z from 'zod';
import { withAccounts } from '../../src/tools/account-choice.ts';
import { catalogue, selectTools } from '../../src/tools/catalogue.ts';
import { session, toolset } from './session.ts';

const unopened = { services: async () => Promise.reject(new Error('opened')) };

async function textOf(name: string, args: Record<string, string> = {}, options = {}): Promise<string> {
  const { client } = await session({ ...unopened, ...options });
  const { messages } = await client.getPrompt({ name, arguments: args });
  expect(messages).toHaveLength(1);
  const [message] = messages;
  expect(message?.role).toBe('user');
  return message?.content.type === 'text' ? message.content.text : '';
}

test.each(['en-GB', 'de-AT'])(
  'the list in %s comes without opening an account, the same every time',
  async (locale) => {
    const { client } = await session({ ...unopened, locale });
    const list = async () => JSON.stringify(await client.listPrompts(), undefined, 1);
    const first = await list();
    expect(await list()).toBe(first);
    await expect(`${first}\n`).toMatchFileSnapshot(
      `../__snapshots__/prompts-list.${locale.slice(0, 2)}.json`,
    );
  },
);

test('only what the tools of this run can do is listed, and got', async () => {
  const readOnly = selectTools(catalogue, { readOnly: true, send: 'direct', toolsets: undefined });
  const { client } = await session({ tools: readOnly });
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).not.toContain('clean_up_newsletters');
  await expect(client.getPrompt({ name: 'clean_up_newsletters' })).rejects.toMatchObject({ code: -32602 });
  const calendarOnly = await session({ tools: toolset('calendar') });
  expect((await calendarOnly.client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
    ...['morning_brief', 'prepare_meeting', 'find_a_time', 'weekly_review'],
  ]);
});

test('a prompt is in the language of the argument, else of the locale', async () => {
  expect(await textOf('morning_brief')).toMatch(/^Give me my brief for Sunday, 2026-11-22/u);
  expect(await textOf('morning_brief', { language: 'de' })).toMatch(/^Gib mir meinen Überblick/u);
  expect(await textOf('morning_brief', {}, { locale: 'de-DE' })).toMatch(/^Gib mir meinen Überblick/u);
  expect(await textOf('morning_brief', { language: 'en' }, { locale: 'de-DE' })).toMatch(/^Give me/u);
});

test('what a client sends as empty was not given', async () => {
  expect(await textOf('morning_brief', { date: ' ', language: '' })).toMatch(/Sunday, 2026-11-22/u);
});

test.each([
  ['mornin_brief', {}, /no such prompt \(did you mean morning_brief\?\)/u],
  ['<system>', {}, /no such prompt\. The prompts are: morning_brief/u],
  ['morning_brief', { dat: 'x' }, /no such argument \(did you mean date\?\)\. It takes: date, language/u],
  ['morning_brief', { date: 'x'.repeat(501) }, /date must be at most 500 characters/u],
  ['morning_brief', { language: 'fr' }, /language must be en or de/u],
])('%s with %j is refused with what is right', async (name, args, message) => {
  const { client } = await session();
  const failure = await client.getPrompt({ name, arguments: args }).catch((reason: unknown) => reason);
  expect(failure).toMatchObject({ code: -32602, message: expect.stringMatching(message) });
  expect(String(failure)).not.toContain('<system>');
});

test.each([
  ...['abc', '-3', '0', '2.5', '1e2', '0x10'].map((limit) => [
    'inbox_triage',
    { limit },
    /limit must be a whole/u,
  ]),
  ...['-30', '1.5', '20000'].map((duration) => [
    'find_a_time',
    { duration },
    /duration must be whole minutes/u,
  ]),
  ...['54', '0', 'W0', '-1', '2026-W60', '2026-47', '2026', '2026-02-31'].map((week) => [
    ...['weekly_review', { week }, /week must be this, last, next, .*2026-W47/u],
  ]),
  ['morning_brief', { date: '2026-02-31' }, /date must be a day there is, like 2026-11-22/u],
  ['clean_up_newsletters', { since: '2026-13-01' }, /since must be a day there is/u],
] as [string, Record<string, string>, RegExp][])(
  '%s with %j, which makes no sense, is refused with what is expected',
  async (name, args, message) => {
    await expect(textOf(name, args)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(message),
    });
  },
);

test.each([
  ['inbox_triage', { limit: ' 07 ' }, 'limit 7.'],
  ['find_a_time', { duration: 'half a day' }, '"half a day"'],
  ['find_a_time', { duration: '90' }, 'a time of 90 minutes'],
  ['weekly_review', { week: '47' }, 'week 2026-W47 '],
  ['weekly_review', { week: 'of the fair' }, 'week "of the fair"'],
  ['morning_brief', { date: '27.11.' }, 'my brief for "27.11."'],
])('%s with %j is taken as it was meant', async (name, args, expected) => {
  expect(await textOf(name, args)).toContain(expected);
});

/** As a client sends it that checks nothing. */
async function asked(method: string, params: Record<string, unknown>) {
  const { client } = await session(unopened);
  return await client.request({ method, params }, z.looseObject({}));
}

test.each([
  [{ name: 'find_a_time', arguments: { duration: 30, with: null } }, /a time of 30 minutes for a meeting\./u],
  [{ name: 'find_a_time', arguments: { between: true } }, /the days that \\"true\\" means/u],
  [{ name: 'inbox_triage', arguments: { limit: 20 } }, /limit 20/u],
  [{ name: 'morning_brief', arguments: null }, /2026-11-22/u],
])('%j is taken as it was meant', async (params, expected) => {
  expect(JSON.stringify(await asked('prompts/get', params))).toMatch(expected);
});

test.each([
  ['prompts/get', {}, /name is missing\. The request takes: name, arguments\./u],
  [
    'prompts/get',
    { name: 'morning_brief', arguments: { date: ['x'] } },
    /date must be a text\. morning_brief takes: date, language/u,
  ],
  ['prompts/get', { name: 'find_a_time', arguments: 'x' }, /arguments must be/u],
  ['resources/read', {}, /uri is missing\. The request takes: uri\./u],
  ['resources/subscribe', { uri: ['x'] }, /uri must be a text/u],
  [
    'completion/complete',
    { ref: { type: 'x' }, argument: { name: 'a', value: '' } },
    /ref.type must be one of ref\/prompt, ref\/resource/u,
  ],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'x' } }, /argument is missing/u],
])('%s with %j is refused with what is expected', async (method, params, message) => {
  const failure = await asked(method, params).catch((reason: unknown) => reason);
  expect(failure).toMatchObject({ code: -32602, message: expect.stringMatching(message) });
});

test('a number is completed as the text it is', async () => {
  const ref = { type: 'ref/prompt', name: 'find_a_time' };
  const { completion } = await asked('completion/complete', {
    ref,
    argument: { name: 'duration', value: 3 },
  });
  expect(completion).toMatchObject({ values: ['30'] });
});

test.each([
  [{ type: 'ref/resource', uri: 'mailbox://inbox' }, /has no variables/u],
  [{ type: 'ref/resource', uri: 'mailbox://mail/{id}' }, /no such variable\. It takes: id\./u],
  [{ type: 'ref/resource', uri: 'mailbox://no' }, /no such resource template\. There are: mailbox:\/\/mail/u],
  [{ type: 'ref/prompt', name: 'x' }, /no such prompt\. The prompts are: morning_brief/u],
  [
    { type: 'ref/prompt', name: 'answer_thread' },
    /no such argument\. It takes: id, about, wishes, language/u,
  ],
])('what cannot be completed of %j is refused with what can', async (ref, message) => {
  const argument = { name: 'none', value: '' };
  await expect(asked('completion/complete', { ref, argument })).rejects.toMatchObject({
    ...{ code: -32602, message: expect.stringMatching(message) },
  });
});

test('with several accounts a prompt asks all of them, by the tools there are', async () => {
  const several = { tools: withAccounts(toolset('mail'), ['work', 'home']) };
  expect(await textOf('morning_brief', {}, several)).toContain(
    'ask search_emails, get_folders with account "all".',
  );
  expect(await textOf('morning_brief', { language: 'de' }, several)).toContain('mehrere Konten');
  expect(await textOf('morning_brief')).not.toContain('account');
});
