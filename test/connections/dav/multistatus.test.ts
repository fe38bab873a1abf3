import { expect, test } from 'vitest';
import { preconditionsIn, readMultistatus } from '../../../src/connections/dav/multistatus.ts';
import { textOf } from '../../../src/connections/dav/xml.ts';

/** Piece by piece, as from a network. */
async function* pieces(text: string, size = 7): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const read = (text: string) => readMultistatus(pieces(text));
const etag = '{DAV:}getetag';
const data = '{urn:ietf:params:xml:ns:caldav}calendar-data';

test.each([
  ['default', '<multistatus xmlns="DAV:"><response><href>/a</href>', 'getetag', '</response></multistatus>'],
  [
    'D',
    '<D:multistatus xmlns:D="DAV:"><D:response><D:href>/a</D:href>',
    'D:getetag',
    '</D:response></D:multistatus>',
  ],
])('any prefix will do: %s', async (_name, start, name, end) => {
  const p = name.startsWith('D:') ? 'D:' : '';
  const found = `<${p}propstat><${p}prop><${name}>1</${name}></${p}prop><${p}status>HTTP/1.1 200 OK</${p}status></${p}propstat>`;
  const { responses } = await read(start + found + end);
  expect(responses[0]?.href).toBe('/a');
  expect(textOf(responses[0]?.props.get(etag))).toBe('1');
});

test('takes data as CDATA as well as escaped', async () => {
  const one = (href: string, text: string) =>
    `<response><href>${href}</href><propstat><prop><c:calendar-data>${text}</c:calendar-data></prop></propstat></response>`;
  const text = `<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">${one('/a', '<![CDATA[A <b> & ]]>&amp; C')}${one('/b', 'A &lt;b&gt; &amp; &#38; C')}</multistatus>`;
  const { responses } = await read(text);
  expect(responses.map(({ props }) => props.get(data)?.text)).toEqual(['A <b> & & C', 'A <b> & & C']);
});

test('reads the statuses of whole resources, of several at once, and leaves out properties not found', async () => {
  const { responses, syncToken } = await read(
    `<multistatus xmlns="DAV:">
      <response><href>/a</href><href>/b</href><status>HTTP/1.1 404 Not Found</status></response>
      <response><href>/c</href><propstat><prop><getetag>x</getetag></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>
      <response><href>/d</href><status>HTTP/2 507</status></response>
      <sync-token>1777300729362.0.1</sync-token>
    </multistatus>`,
  );
  expect(responses.map(({ href, status, props }) => [href, status, props.size])).toEqual([
    ['/a', 404, 0],
    ['/b', 404, 0],
    ['/c', undefined, 0],
    ['/d', 507, 0],
  ]);
  expect(syncToken).toBe('1777300729362.0.1');
});

test('a control character a stranger put into an event does not hide the others', async () => {
  const { responses } = await read(
    `<multistatus xmlns="DAV:"><response><href>/a</href><propstat><prop><displayname>x\u0001y&#2;</displayname></prop></propstat></response><response><href>/b</href></response></multistatus>`,
  );
  expect(responses.map(({ href }) => href)).toEqual(['/a', '/b']);
  expect(responses[0]?.props.get('{DAV:}displayname')?.text).toContain('x\u0001y');
});

const whole = '<multistatus xmlns="DAV:"><response><href>/a</href></response></multistatus>';

test('an answer that is cut off anywhere is an error, never a shorter list', async () => {
  for (let length = 0; length < whole.length; length++) {
    await expect(read(whole.slice(0, length)), whole.slice(0, length)).rejects.toThrow();
  }
  await expect(read(whole)).resolves.toMatchObject({ responses: [{ href: '/a' }] });
});

test.each([
  ['a document type', `<!DOCTYPE multistatus [<!ENTITY a "b">]>${whole}`],
  ['a billion laughs', `<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${whole.replace('/a', '&b;')}`],
  ['an entity of its own', whole.replace('/a', '&b;')],
  ['a page for people', '<html><body>Sign in</body></html>'],
  ['another document', '<error xmlns="DAV:"/>'],
  ['a multistatus of no namespace', '<multistatus/>'],
  ['nesting without end', `<multistatus xmlns="DAV:">${'<a>'.repeat(100_000)}`],
  ['tags that do not match', '<multistatus xmlns="DAV:"><response></href></response></multistatus>'],
  ['two documents', whole + whole],
])('refuses %s at once', async (_name, text) => {
  const started = performance.now();
  await expect(readMultistatus(pieces(text, 65_536))).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(1000);
});

test('names the preconditions of an error without their namespaces', () => {
  const text =
    '<?xml version="1.0"?><D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><C:no-uid-conflict><D:href>/x</D:href></C:no-uid-conflict><D:responsedescription>…</D:responsedescription></D:error>';
  expect(preconditionsIn(text)).toEqual(['no-uid-conflict', 'responsedescription']);
  expect(() => preconditionsIn('<html/>')).toThrow();
});
