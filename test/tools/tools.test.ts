import { expect, test } from 'vitest';
import { catalogue, selectTools } from '../../src/tools/catalogue.ts';
import { WithImage } from '../../src/tools/define-tool.ts';
import { fakeServices, mailId } from './services.ts';

const signal = new AbortController().signal;

function tool(name: string) {
  const found = catalogue.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no tool ${name}`);
  return found;
}

async function call(name: string, args: Record<string, unknown>, services = fakeServices()) {
  const { handler, input } = tool(name);
  return { result: await handler(input.parse(args), { ...services, signal }), asked: services.asked };
}

test.each([
  ['get_folders', {}, 'folders', undefined],
  ['search_emails', {}, 'search', { limit: 20 }],
  [
    'search_emails',
    { query: 'a', limit: 5, unread: false },
    'search',
    { query: 'a', limit: 5, unread: false },
  ],
  ['get_email', { id: mailId }, 'read', { id: mailId, format: 'text', maxChars: 8_000 }],
  ['get_email_thread', { id: mailId }, 'thread', { id: mailId, limit: 50 }],
  ['get_attachment', { id: mailId, part: '2' }, 'attachment', { id: mailId, part: '2', maxChars: 8_000 }],
  ['download_attachment', { id: mailId, part: '2' }, 'download', { id: mailId, part: '2' }],
  ['get_server_status', {}, 'status', undefined],
])('%s %j asks the port once, with its defaults and the signal', async (name, args, method, request) => {
  const { asked } = await call(name, args);
  expect(asked).toEqual([{ method, request, context: { signal } }]);
});

test('every tool returns what its output schema declares', async () => {
  for (const { name, input, output } of catalogue) {
    const required = { id: mailId, part: '2' };
    const args = Object.fromEntries(Object.entries(required).filter(([field]) => field in input.shape));
    const { result } = await call(name, args);
    expect(output.strict().safeParse(result).error, name).toBeUndefined();
  }
});

test('get_attachment puts a picture beside its data, not into it', async () => {
  const content = { name: 'a.png', type: 'image/png', size: 2 };
  const image = { data: new Uint8Array([1, 2]), mimeType: 'image/png' };
  const services = fakeServices({ attachment: async () => ({ content, image }) });
  const { result } = await call('get_attachment', { id: mailId, part: '2' }, services);
  expect(result).toEqual(new WithImage(content, image));
});

test.each([
  ['search_emails', { limit: 0 }],
  ['search_emails', { limit: 101 }],
  ['search_emails', { limit: '20' }],
  ['search_emails', { limit: 2.5 }],
  ['search_emails', { query: '' }],
  ['search_emails', { query: 'x'.repeat(501) }],
  ['search_emails', { folders: 'INBOX' }],
  ['get_email', {}],
  ['get_email', { id: '' }],
  ['get_email', { id: 'x'.repeat(1_001) }],
  ['get_email', { id: mailId, format: 'pdf' }],
  ['get_email', { id: mailId, maxChars: 1_000_000 }],
  ['get_email', { id: mailId, offset: -1 }],
  ['get_folders', { all: true }],
])('%s refuses %j', (name, args) => {
  expect(tool(name).input.safeParse(args).success).toBe(false);
});

test('read-only mode is the hint and nothing else; toolsets choose whole groups', () => {
  const names = (tools: readonly { name: string }[]) => tools.map(({ name }) => name);
  const hinted = catalogue.filter(({ annotations }) => annotations.readOnlyHint);
  expect(selectTools(catalogue, { readOnly: true, toolsets: undefined })).toEqual(hinted);
  expect(names(hinted)).not.toContain('download_attachment');
  expect(names(selectTools(catalogue, { readOnly: false, toolsets: ['server'] }))).toEqual([
    'get_server_status',
  ]);
  expect(selectTools(catalogue, { readOnly: false, toolsets: undefined })).toEqual(catalogue);
});
