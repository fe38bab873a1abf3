import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTransfer } from '../../../src/content/transfer.ts';
import { PartBytes } from '../../../src/mail/compose/attachment-decode.ts';

function inPieces(raw: Buffer, encoding: string, pieceBytes: number): Buffer {
  const bytes = new PartBytes(encoding);
  for (let at = 0; at < raw.length; at += pieceBytes) bytes.push(raw.subarray(at, at + pieceBytes));
  expect(bytes.received).toBe(raw.length);
  return bytes.end();
}

const lines = (text: string, width: number) => text.replace(new RegExp(`.{${width}}`, 'gu'), '$&\r\n');

test('base64 in pieces of any size gives the bytes that were encoded', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 100 }),
      (content, width, piece) => {
        const raw = Buffer.from(lines(Buffer.from(content).toString('base64'), width));
        expect(inPieces(raw, 'base64', piece)).toEqual(Buffer.from(content));
      },
    ),
  );
});

test('a footer that a mailing list put below the padding, and data in several segments, as when read at once', () => {
  const footer = `${Buffer.from('attached!').toString('base64')}aGk=\r\n____\r\nlist mailing list\r\nhttps://lists.example\r\n`;
  expect(inPieces(Buffer.from(footer), 'base64', 5).toString()).toBe('attached!hi');
  for (const raw of ['aA==\r\naQ==\r\n', 'aGk=aGk=', '-_-_aGk=', '# aGk='].map((text) => Buffer.from(text)))
    for (const piece of [1, 3, 100])
      expect(inPieces(raw, 'base64', piece)).toEqual(Buffer.from(decodeTransfer(raw, 'base64')));
});

test.each(['quoted-printable', 'x-uuencode', '8bit', 'binary', 'x-unknown'])(
  '%s in pieces is what it is at once',
  (encoding) => {
    const raw = Buffer.from('begin 644 x\r\n#:&D*\r\n`\r\nend\r\n=C3=BC=\r\n end \r\n\0\xff', 'latin1');
    for (const piece of [1, 7, 1000])
      expect(inPieces(raw, encoding, piece)).toEqual(Buffer.from(decodeTransfer(raw, encoding)));
  },
);
