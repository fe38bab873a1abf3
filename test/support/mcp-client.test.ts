import { afterEach, beforeEach, expect, test } from 'vitest';
import { type McpProcess, RpcError, startServer } from './mcp-client.ts';

const entry = new URL('./fixtures/tiny-server.mjs', import.meta.url).pathname;
let server: McpProcess;

beforeEach(() => {
  server = startServer({ GIVEN: 'yes' }, { entry });
});
afterEach(() => server.kill('SIGKILL'));

test('shakes hands, calls and ends with the exit code', async () => {
  expect(await server.initialize()).toEqual({ protocolVersion: '2025-06-18' });
  expect(await server.call('separators')).toMatchObject({ ok: true, data: { a: '\u2028\r' } });
  expect(await server.end()).toMatchObject({ code: 0, ms: expect.any(Number) });
  expect(server.stderr).toBe('tiny server up\n');
});

test('passes on nothing of its own environment but PATH and HOME', async () => {
  process.env.MAILBOX_PASSWORD = 'of the developer';
  const outcome = await server.call('env');
  delete process.env.MAILBOX_PASSWORD;
  expect(outcome.ok && Object.keys(outcome.data).sort()).toEqual(['GIVEN', 'HOME', 'PATH']);
});

test('gives a tool error as a value and a protocol error as RpcError', async () => {
  const error = { code: 'not_found', message: 'Gone.', retryable: false };
  expect(await server.call('fails')).toMatchObject({ ok: false, error });
  await expect(server.request('nonsense')).rejects.toThrow(
    new RpcError({ code: -32601, message: 'Method not found' }),
  );
});

test('fails when text and structured content differ', async () => {
  await expect(server.call('differs')).rejects.toThrow('differs: text and structuredContent differ');
});

test('fails when anything but JSON-RPC stands on stdout', async () => {
  await expect(server.call('prints')).rejects.toThrow('not JSON-RPC: debug: hello');
  await expect(server.end()).rejects.toThrow('not JSON-RPC');
});

test('tells the server of a cancelled request', async () => {
  const abort = new AbortController();
  const waiting = server.request('wait', {}, { signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(() => server.notifications).toMatchObject([{ params: { requestId: 1 } }]);
});

test('fails what waits when the server ends', async () => {
  await expect(server.call('exits')).rejects.toThrow('exit code 3');
});

test('fails a request that is not answered in time', async () => {
  const hasty = startServer({}, { entry, timeoutMs: 300 });
  await expect(hasty.request('wait')).rejects.toThrow('No answer to wait in 300 ms');
  await hasty.end();
});

test('knows how much memory the server holds', async () => {
  await server.initialize();
  expect(server.rssBytes()).toBeGreaterThan(10_000_000);
  expect(server.rssBytes()).toBeLessThan(500_000_000);
});
