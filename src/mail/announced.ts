import type { Facts } from './fetched.ts';

/** A part of a message that can be asked for. */
interface Announced {
  key: string;
  section: string;
  /** The most that can come, by the server's own description or by what is asked for. */
  octets?: number;
}

interface Received {
  facts: Facts;
  sections: Map<string, Uint8Array>;
  short?: Map<string, Shortfall>;
}

/** How much came of a section, and how much the server had announced; octets. */
export interface Shortfall {
  sent: number;
  announced: number;
}

/**
 * Whether the server sent less of a section than it had announced. Servers count a little wrong: a text may lack 2 % and
 * 16 octets, with each bare LF counted as the CRLF it may have been; a source 10 %, for Exchange guesses RFC822.SIZE.
 * Nothing at all is less than whatever goes beyond an empty line.
 */
export function shortfall(
  section: Announced,
  facts: Facts,
  bytes: Uint8Array | undefined,
): Shortfall | undefined {
  const announced = announcedOctets(section, facts);
  if (announced === undefined) return undefined;
  const sent = bytes?.byteLength ?? 0;
  const slack = 16 + announced * (section.section === 'source' ? 0.1 : 0.02);
  const isShort = sent === 0 ? announced > 2 : sent < announced && withLineEnds(bytes) < announced - slack;
  return isShort ? { sent, announced } : undefined;
}

/** undefined where the server has told nothing of the size, or what it told could not be read. */
function announcedOctets({ section, octets }: Announced, { size, salvaged }: Facts): number | undefined {
  if (octets === undefined) return undefined;
  if (section === 'source') return size > 0 ? Math.min(octets, size) : undefined;
  return salvaged ? undefined : octets;
}

/** Whether a section has to be asked for, again if it came short. */
export function lacks({ sections, short }: Pick<Received, 'sections' | 'short'>, key: string): boolean {
  return !sections.has(key) || short?.has(key) === true;
}

/** Takes over what came of a section that was asked for. */
export function take(message: Received, section: Announced, bytes: Uint8Array | undefined): void {
  const { key } = section;
  if (bytes) message.sections.set(key, bytes);
  const short = shortfall(section, message.facts, bytes);
  if (short) message.short = new Map(message.short).set(key, short);
  else message.short?.delete(key);
}

const [lf, cr] = [10, 13];

function withLineEnds(bytes: Uint8Array = new Uint8Array()): number {
  let octets = bytes.byteLength;
  for (const [index, octet] of bytes.entries()) if (octet === lf && bytes[index - 1] !== cr) octets++;
  return octets;
}
