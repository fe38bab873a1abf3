import { nzNumber, uidsOf } from './uids.ts';
import type { ImapReply, WireResponse } from './wire.ts';

/** Where the messages went: old UID to new UID, in a folder with that UIDVALIDITY. */
export interface CopiedUids {
  uidValidity: bigint;
  uids: Map<number, number>;
}

/**
 * The COPYUID of a COPY or MOVE (RFC 4315 §3); undefined when the server told nothing, which proves nothing, or more than
 * was asked of it.
 * @param asked how many messages it was to take.
 */
export function copiedUids(reply: ImapReply, asked: number): CopiedUids | undefined {
  for (const response of responses(reply)) {
    const [validity, from = '', to = ''] = codeArguments(response, 'COPYUID');
    const [uidValidity, sources, targets] = [nzNumber(validity), uidsOf(from, asked), uidsOf(to, asked)];
    if (!uidValidity || !sources || sources.length !== targets?.length) continue;
    const uids = new Map(sources.map((uid, index) => [uid, targets[index] ?? 0]));
    return { uidValidity: BigInt(uidValidity), uids };
  }
  return undefined;
}

/** The APPENDUID of an APPEND; undefined when the server told nothing. */
export function appendedUid(reply: ImapReply): { uidValidity: bigint; uid: number } | undefined {
  for (const response of responses(reply)) {
    const [uidValidity, uid] = codeArguments(response, 'APPENDUID').map(nzNumber);
    if (uidValidity && uid) return { uidValidity: BigInt(uidValidity), uid };
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
