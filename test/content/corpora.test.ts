import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { formatAddress, parseAddresses } from '../../src/content/address.ts';
import { authenticate } from '../../src/content/authentication.ts';
import { type FetchedPart, renderBody } from '../../src/content/body.ts';
import { cleanLine } from '../../src/content/clean.ts';
import { parseHeaders } from '../../src/content/headers.ts';
import { senderWarnings } from '../../src/content/sender-warnings.ts';

const corpora = fileURLToPath(new URL('../../../shared/corpora', import.meta.url));

interface Case {
  file: string;
  channel: string;
  canary: string;
  expect: 'canary-absent' | 'canary-marked' | 'visible-kept';
}

/** One of the kinds in the corpus, for where the corpus is not there. */
const own: [Case, Buffer][] = [
  [
    { file: 'own', channel: 'html-hidden', canary: 'CANARY', expect: 'canary-absent' },
    Buffer.from(
      'From: a@b.de\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>VISIBLE-OK</p><p hidden>A hidden CANARY</p>',
    ),
  ],
];

function injections(): [Case, Buffer][] {
  const folder = join(corpora, 'injection/built');
  if (!existsSync(folder)) return own;
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[];
  const mine = cases.filter(({ file, channel }) => file.endsWith('.eml') && channel !== 'attachment-name');
  return [...own, ...mine.map((found): [Case, Buffer] => [found, readFileSync(join(folder, found.file))])];
}

function part(type: string, text: string | false | undefined): FetchedPart | undefined {
  if (!text) return undefined;
  const bytes = Buffer.from(text);
  return {
    bytes,
    part: {
      part: '1',
      type,
      parameters: { charset: 'utf-8' },
      encoding: '8bit',
      size: bytes.length,
      children: [],
    },
  };
}

/** All a model would be shown of a message that this room makes. */
async function shown(raw: Buffer, format: 'text' | 'html') {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  const plain = part('text/plain', mail.text);
  const html = part('text/html', mail.html);
  const headers = parseHeaders(raw);
  const from = parseAddresses(headers.first('from') ?? '');
  const replyTo = parseAddresses(headers.first('reply-to') ?? '');
  const body = await renderBody({
    ...(plain ? { plain } : {}),
    ...(html ? { html } : {}),
    format,
    quoted: false,
  });
  return {
    from: from.map(formatAddress),
    subject: cleanLine(headers.first('subject') ?? ''),
    authentication: authenticate(headers.all('authentication-results'), ['mailbox.org'], from[0]?.address),
    ...body,
    warnings: [
      ...body.warnings,
      ...senderWarnings({ from: from[0], replyTo, ownAddresses: ['ceo@example.org'] }),
    ],
    raw: mail.text || mail.html || '',
  };
}

const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cs}]/u;

test.each(injections().map(([found, raw]) => [found.file, found, raw] as const))(
  'injection %s',
  async (file, { canary, channel, expect: wanted }, raw) => {
    for (const format of ['text', 'html'] as const) {
      const { raw: source, ...result } = await shown(raw, format);
      const all = JSON.stringify(result);
      expect(all).not.toMatch(invisible);
      if (String(source).includes('VISIBLE-OK')) expect(result.text).toContain('VISIBLE-OK');
      if (wanted === 'canary-absent') expect(all).not.toContain(canary);
      if (channel === 'html-hidden' && !/title-attr|meta/u.test(file))
        expect(result.hiddenRemoved).toBeGreaterThan(10);
      if (channel === 'unicode' && /-body/u.test(file)) expect(result.hiddenRemoved).toBeGreaterThan(50);
      if (channel === 'mime') expect(result.warnings.map(({ code }) => code)).toContain('parts_differ');
      if (/from-display/u.test(file))
        expect(result.warnings.map(({ code }) => code)).toContain('display_name_spoof');
      if (/auth-results/u.test(file)) expect(result.authentication.verdict).toBe('unknown');
    }
  },
);

function mails(): string[] {
  const folder = join(corpora, 'mail');
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
    .map(({ parentPath, name }) => join(parentPath, name));
}

test('five hundred odd mails are read without a throw, each in bounded time', async () => {
  const slow: string[] = [];
  for (const raw of [...own.map(([, raw]) => raw), ...mails().map((file) => readFileSync(file))]) {
    const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true }).catch(
      () => undefined,
    );
    if (!mail) continue;
    const started = performance.now();
    const { warnings, ...result } = await shown(raw, 'text');
    const bytes: FetchedPart = {
      bytes: raw,
      part: {
        part: '1',
        type: 'text/html',
        parameters: {},
        encoding: 'quoted-printable',
        size: raw.length,
        children: [],
      },
    };
    const asWhole = await renderBody({ plain: bytes, html: bytes, format: 'html', quoted: true });
    if (performance.now() - started > 2000) slow.push(result.subject);
    for (const { code, detail } of [...warnings, ...asWhole.warnings])
      expect(`${code}: ${detail}`.length).toBeLessThan(300);
  }
  expect(slow).toEqual([]);
}, 60_000);
