import { expect, test } from 'vitest';
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
