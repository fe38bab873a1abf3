import { expandRange } from 'imapflow/lib/tools.js';
import type { ImapReply, WireResponse } from './imap-wire.ts';

/** Where the messages went: old UID to new UID, in a folder with that UIDVALIDITY. */
export interface CopiedUids {
  uidValidity: bigint;
  uids: Map<number, number>;
}

/** The COPYUID of a COPY or MOVE (RFC 4315 §3); undefined when the server told nothing, which proves nothing. */
export function copiedUids(reply: ImapReply): CopiedUids | undefined {
  for (const response of responses(reply)) {
    const [validity, from, to] = codeArguments(response, 'COPYUID');
    const [sources, targets] = [expand(from), expand(to)];
    if (!validity || sources.length === 0 || sources.length !== targets.length) continue;
    const uids = new Map(sources.map((uid, index) => [uid, targets[index] ?? 0]));
    return { uidValidity: BigInt(validity), uids };
  }
  return undefined;
}

/** The APPENDUID of an APPEND; undefined when the server told nothing. */
export function appendedUid(reply: ImapReply): { uidValidity: bigint; uid: number } | undefined {
  for (const response of responses(reply)) {
    const [validity, uid] = codeArguments(response, 'APPENDUID');
    if (validity && Number(uid) > 0) return { uidValidity: BigInt(validity), uid: Number(uid) };
  }
  return undefined;
}

function responses({ tagged, untagged }: ImapReply): WireResponse[] {
  return tagged ? [tagged, ...untagged] : [...untagged];
}

function codeArguments({ attributes }: WireResponse, code: string): string[] {
  const section = (attributes?.[0] as { section?: { value?: unknown }[] } | undefined)?.section ?? [];
  const [name, ...rest] = section.map((token) => String(token?.value ?? ''));
  return name?.toUpperCase() === code && rest.every((value) => /^[\d:,]+$/u.test(value)) ? rest : [];
}

function expand(range: string | undefined): number[] {
  return range ? expandRange(range) : [];
}
