/** What may come in on stdin besides what a client of good will sends. */
export interface HostileLine {
  name: string;
  bytes: Buffer;
}

type Json = Record<string, unknown>;

const broken: Record<string, string> = {
  'an empty line': '\n',
  'white space': ' \t \r\n',
  'no JSON': 'hello\n',
  'half a message': '{"jsonrpc":"2.0","id":1,"method":"pi\n',
  'two in one line': '{"jsonrpc":"2.0","id":901,"method":"ping"}{"jsonrpc":"2.0","id":902,"method":"ping"}\n',
  null: 'null\n',
  'a number': '42\n',
  'a string': '"ping"\n',
  'an empty batch': '[]\n',
  'a batch': '[{"jsonrpc":"2.0","id":903,"method":"ping"},{"jsonrpc":"2.0","id":904,"method":"ping"}]\n',
  'a byte order mark': '\ufeff{"jsonrpc":"2.0","id":905,"method":"ping"}\n',
  'CR LF': '{"jsonrpc":"2.0","id":906,"method":"ping"}\r\n',
  'NUL bytes': '\0\0\0{"jsonrpc":"2.0","id":907,"method":"ping"}\0\n',
  'headers as of LSP': 'Content-Length: 44\r\n\r\n{"jsonrpc":"2.0","id":908,"method":"ping"}\n',
  'an HTTP request': 'POST /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'a hundred thousand brackets': `${'['.repeat(100_000)}\n`,
  'nesting without end': `{"jsonrpc":"2.0","id":909,"method":"tools/call","params":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}\n`,
  'two megabytes without a message': `${'x'.repeat(2_000_000)}\n`,
  'five thousand empty lines': '\n'.repeat(5000),
};

const envelopes: Record<string, unknown> = {
  'no jsonrpc': { id: 920, method: 'ping' },
  'jsonrpc 1.0': { jsonrpc: '1.0', id: 921, method: 'ping' },
  'no method': { jsonrpc: '2.0', id: 922 },
  'a number as method': { jsonrpc: '2.0', id: 923, method: 7 },
  'an unknown method': { jsonrpc: '2.0', id: 924, method: 'tools/steal', params: {} },
  'a method of objects': { jsonrpc: '2.0', id: 925, method: '__proto__' },
  'null as id': { jsonrpc: '2.0', id: null, method: 'ping' },
  'an object as id': { jsonrpc: '2.0', id: { a: 1 }, method: 'ping' },
  'a huge id': { jsonrpc: '2.0', id: Number.MAX_VALUE, method: 'ping' },
  'a text as params': { jsonrpc: '2.0', id: 926, method: 'ping', params: 'x' },
  'an answer nobody waits for': { jsonrpc: '2.0', id: 927, result: {} },
  'an error nobody waits for': { jsonrpc: '2.0', id: 928, error: { code: 1, message: 'x' } },
  'a second initialize': { jsonrpc: '2.0', id: 929, method: 'initialize', params: {} },
  'cancelling nothing': {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'none' },
  },
  'cancelling without a word': { jsonrpc: '2.0', method: 'notifications/cancelled' },
  'progress of nothing': {
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 'x' },
  },
  'extra members': { jsonrpc: '2.0', id: 930, method: 'ping', __proto__x: 1, constructor: { prototype: 1 } },
};

const calls: Record<string, Json | string | unknown[] | undefined> = {
  'a call without params': undefined,
  'a call of nothing': {},
  'a call by position': ['get_folders', {}],
  'a call of a number': { name: 7 },
  'a call of __proto__': { name: '__proto__', arguments: {} },
  'a call of a very long name': { name: 'x'.repeat(200_000), arguments: {} },
  'a call with a lone surrogate': { name: 'search_emails', arguments: { query: '\ud800' } },
  'a call with a text as arguments': { name: 'search_emails', arguments: 'query' },
  'a call with a list as arguments': { name: 'search_emails', arguments: [1] },
  'a call with null as arguments': { name: 'search_emails', arguments: null },
  'a call with a million names': {
    name: 'search_emails',
    arguments: Object.fromEntries(Array.from({ length: 20_000 }, (_, nth) => [`a${nth}`, nth])),
  },
};

/** Every one of them is a whole line, so that what follows is understood. */
export function hostileLines(): HostileLine[] {
  const lines: [string, string | Buffer][] = [
    ...Object.entries(broken),
    ...Object.entries(envelopes).map(([name, message]): [string, string] => [name, lineOf(message)]),
    ...Object.entries(calls).map(([name, params], nth): [string, string] => [
      name,
      lineOf({ jsonrpc: '2.0', id: 940 + nth, method: 'tools/call', ...(params && { params }) }),
    ]),
    ['every byte there is', Buffer.from([...allBytes(), 10])],
    ['no UTF-8', Buffer.from('{"jsonrpc":"2.0","id":960,"method":"\xff\xfe\xc0"}\n', 'latin1')],
    ['half a character', Buffer.from([0xf0, 0x9f, 0x98, 10])],
  ];
  return lines.map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
}

function lineOf(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

function allBytes(): number[] {
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10);
}
