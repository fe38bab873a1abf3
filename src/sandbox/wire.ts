import type { Socket } from 'node:net';

/** What a handler writes: strings stand for bytes (latin1), Buffers go out as they are. */
export type Output = string | Buffer;

/** One argument of a command (RFC 9051 §4). An atom keeps its text, `BODY[HEADER.FIELDS (a b)]<0.9>` included. */
export type Token =
  | { kind: 'atom'; bytes: Buffer }
  | { kind: 'string'; bytes: Buffer }
  | { kind: 'list'; items: readonly Token[] };

/** A command line as sent: `name` is upper case, `UID FETCH` counts as one name. */
export interface Command {
  tag: string;
  name: string;
  args: readonly Token[];
  /** Name and arguments for logs and faults; credentials are left out. */
  line: string;
}

export class SyntaxFault extends Error {
  readonly tag: string;

  constructor(tag: string, message: string) {
    super(message);
    this.tag = tag;
  }
}

const maxLiteral = 64 * 1024 * 1024;
const loggedLength = 2000;

/** Pulls lines and counted bytes out of a socket, so that a session reads like a script. */
export class WireReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next line without its line end; undefined when the peer is gone. */
  async readLine(): Promise<Buffer | undefined> {
    let searched = 0;
    for (;;) {
      const buffered = this.#buffered();
      const end = buffered.indexOf(0x0a, searched);
      if (end >= 0) {
        const line = this.#take(end + 1);
        return line.subarray(0, line.at(-2) === 0x0d ? -2 : -1);
      }
      searched = buffered.length;
      if (!(await this.#more())) return undefined;
    }
  }

  /** Exactly `count` bytes; undefined when the peer is gone before. */
  async readBytes(count: number): Promise<Buffer | undefined> {
    while (this.#length < count) {
      if (!(await this.#more())) return undefined;
    }
    return this.#take(count);
  }

  #buffered(): Buffer {
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    if (whole) return whole;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #take(count: number): Buffer {
    const buffered = this.#buffered();
    this.#chunks = [buffered.subarray(count)];
    this.#length -= count;
    return buffered.subarray(0, count);
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return true;
  }
}

/**
 * The bytes of one command with its literals (RFC 9051 §4.3, RFC 7888 `{n+}`, RFC 3516 `~{n}`).
 * `goAhead` is called before a synchronizing literal is read.
 */
export async function readCommandBytes(reader: WireReader, goAhead: () => void): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  for (;;) {
    const line = await reader.readLine();
    if (!line) return undefined;
    pieces.push(line);
    const literal = /\{(\d+)(\+?)\}$/u.exec(line.toString('latin1', Math.max(0, line.length - 24)));
    if (!literal) return Buffer.concat(pieces);
    const size = Number(literal[1]);
    if (size > maxLiteral) throw new SyntaxFault(tagOf(pieces), 'Literal is too large');
    if (!literal[2]) goAhead();
    const bytes = await reader.readBytes(size);
    if (!bytes) return undefined;
    pieces.push(Buffer.from('\r\n'), bytes);
  }
}

/** @throws SyntaxFault when it is no command. */
export function parseCommand(bytes: Buffer): Command {
  const text = bytes.toString('latin1');
  const match = /^([^\s(){%*"\\+]+) +((?:UID +)?[^\s(){"]+)/iu.exec(text);
  if (!match) throw new SyntaxFault(tagOf([bytes]), 'Error in IMAP command received by server.');
  const [head, tag = '*', rawName = ''] = match;
  const name = rawName.toUpperCase().replace(/ +/u, ' ');
  const tokens = new Tokenizer(text, head.length, tag);
  return { tag, name, args: tokens.readAll(), line: loggedLine(name, bytes, head.length) };
}

function loggedLine(name: string, bytes: Buffer, start: number): string {
  if (name === 'LOGIN' || name === 'AUTHENTICATE') return name;
  const rest = bytes.toString('utf8', start, start + loggedLength).replace(/~?\{\d+\+?\}\r\n/gu, '');
  return `${name}${rest}`;
}

function tagOf(pieces: readonly Buffer[]): string {
  return /^[^\s(){%*"\\+]+/u.exec(pieces[0]?.toString('latin1', 0, 100) ?? '')?.[0] ?? '*';
}

class Tokenizer {
  readonly #text: string;
  readonly #tag: string;
  #position: number;

  constructor(text: string, position: number, tag: string) {
    this.#text = text;
    this.#position = position;
    this.#tag = tag;
  }

  readAll(): Token[] {
    const tokens: Token[] = [];
    while (this.#skipSpaces()) tokens.push(this.#readToken(0));
    return tokens;
  }

  #skipSpaces(): boolean {
    while (this.#text[this.#position] === ' ') this.#position += 1;
    return this.#position < this.#text.length;
  }

  #readToken(depth: number): Token {
    const rest = this.#text.slice(this.#position, this.#position + 16);
    if (rest.startsWith('(')) return this.#readList(depth);
    if (rest.startsWith('"')) return this.#readQuoted();
    const literal = /^~?\{(\d+)\+?\}\r\n/u.exec(rest);
    if (!literal) return this.#readAtom();
    const start = this.#position + literal[0].length;
    this.#position = start + Number(literal[1]);
    return stringToken(this.#text.slice(start, this.#position));
  }

  #readList(depth: number): Token {
    if (depth > 50) throw new SyntaxFault(this.#tag, 'Too many nested lists');
    const items: Token[] = [];
    this.#position += 1;
    while (this.#skipSpaces()) {
      if (this.#text[this.#position] === ')') {
        this.#position += 1;
        return { kind: 'list', items };
      }
      items.push(this.#readToken(depth + 1));
    }
    throw new SyntaxFault(this.#tag, "Missing ')'");
  }

  #readQuoted(): Token {
    const quoted = matchAt(/"((?:[^"\\\r\n]|\\["\\])*)"/uy, this.#text, this.#position);
    if (!quoted) throw new SyntaxFault(this.#tag, "Missing '\"'");
    this.#position += quoted[0].length;
    return stringToken((quoted[1] ?? '').replace(/\\(["\\])/gu, '$1'));
  }

  #readAtom(): Token {
    const pattern = /(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"])*\]|[^\s()"])+/uy;
    const atom = matchAt(pattern, this.#text, this.#position)?.[0];
    if (!atom) throw new SyntaxFault(this.#tag, 'Invalid characters in atom');
    this.#position += atom.length;
    return { kind: 'atom', bytes: Buffer.from(atom, 'latin1') };
  }
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

function stringToken(latin1: string): Token {
  return { kind: 'string', bytes: Buffer.from(latin1, 'latin1') };
}

/** Text of an atom or string as UTF-8; undefined for a list or an absent token. */
export function tokenText(token: Token | undefined): string | undefined {
  return token && token.kind !== 'list' ? token.bytes.toString('utf8') : undefined;
}

/** An atom's text in upper case, the way keywords compare; undefined for everything else. */
export function keyword(token: Token | undefined): string | undefined {
  return token?.kind === 'atom' ? token.bytes.toString('latin1').toUpperCase() : undefined;
}

/** Raw bytes (as latin1) as an IMAP string: quoted where allowed, else a literal; undefined is NIL. */
export function imapString(latin1: string | undefined): string {
  if (latin1 === undefined) return 'NIL';
  if (/[^\x20-\x7e]/u.test(latin1) || latin1.length > 1000) return `{${latin1.length}}\r\n${latin1}`;
  return `"${latin1.replace(/["\\]/gu, '\\$&')}"`;
}
