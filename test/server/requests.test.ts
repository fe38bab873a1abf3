import { type ClientRequest, ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { session } from './session.ts';

/** Sends what a client that keeps to the types could not. */
async function asking() {
  const { client } = await session();
  return async (method: string, params: unknown) =>
    await client.request({ method, params } as unknown as ClientRequest, ResultSchema);
}

test.each(['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'])(
  '%s is whole whatever cursor comes with it',
  async (method) => {
    const ask = await asking();
    const whole = await ask(method, undefined);
    expect(await ask(method, { cursor: null })).toEqual(whole);
    expect(await ask(method, { cursor: 'x' })).toEqual(whole);
  },
);

test.each([
  [undefined, /name is missing/u],
  [{}, /name is missing/u],
  [{ name: { a: 1 } }, /name must be a text/u],
])('tools/call with the params %j is refused in our words', async (params, message) => {
  const ask = await asking();
  await expect(ask('tools/call', params)).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(message),
  });
});

test('prompts take their arguments as JSON text, as tools do, and nothing else that is no object', async () => {
  const ask = await asking();
  const prompt = (args: unknown) => ask('prompts/get', { name: 'inbox_triage', arguments: args });
  expect(await prompt('{"limit":"7"}')).toEqual(await prompt({ limit: 7 }));
  expect(await prompt(null)).toEqual(await prompt({}));
  for (const wrong of ['limit 7', [1], 5]) {
    await expect(prompt(wrong)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('arguments must be an object'),
    });
  }
});
