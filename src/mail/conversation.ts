import { messageIds, parseHeaders } from '../content/headers.ts';
import type { Facts, FolderPlace } from './fetched.ts';

/** A message in terms of RFC 5322 §3.6.4: its own id and the ids it answers. */
export interface Linked {
  facts: Facts;
  place: FolderPlace;
  id: string | undefined;
  answers: string[];
}

/** A header longer than this is no conversation's. */
const maxHeaderBytes = 64 * 1024;

export function linked(facts: Facts, place: FolderPlace, header: Uint8Array): Linked {
  const headers = parseHeaders(header.subarray(0, maxHeaderBytes));
  const [id] = messageIds(headers.first('message-id'));
  const answers = [...messageIds(headers.first('references')), ...messageIds(headers.first('in-reply-to'))];
  return { facts, place, id, answers: [...new Set(answers)].filter((answer) => answer !== id) };
}

/** Every id the messages carry or answer, oldest first. */
export function idsOf(messages: readonly Linked[]): string[] {
  const ids = messages.flatMap(({ id, answers }) => [...answers, ...(id === undefined ? [] : [id])]);
  return [...new Set(ids)];
}

/**
 * The messages that hang together with `start` by their ids, in any number of steps; never by subject. Copies with
 * the same Message-ID count once, the earlier in the list wins.
 */
export function conversationOf(start: Linked, candidates: readonly Linked[]): Linked[] {
  const ids = new Set([start.id, ...start.answers].filter((id) => id !== undefined));
  const members = new Set<Linked>([start]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const candidate of candidates) {
      const related = [candidate.id, ...candidate.answers].some((id) => id !== undefined && ids.has(id));
      if (members.has(candidate) || !related) continue;
      members.add(candidate);
      for (const id of [candidate.id, ...candidate.answers]) if (id !== undefined) ids.add(id);
      grown = true;
    }
  }
  return withoutCopies([...members]);
}

function withoutCopies(messages: readonly Linked[]): Linked[] {
  const seen = new Set<string>();
  return messages.filter(({ id }) => {
    if (id === undefined) return true;
    const fresh = !seen.has(id);
    seen.add(id);
    return fresh;
  });
}
