import { cutAt } from '../../content/clean.ts';
import { headerLine } from '../../content/header-text.ts';

/** Reply and forward marks of mail programs in the languages around us, with counters such as `Re[2]:`. */
const mark =
  /^(?:re|aw|antw|antwort|wg|fwd?|sv|vs|vb|vl|tr|rv|res|enc|odp|pd|ynt|ilt|doorst|回复|答复|转发|回覆|轉寄)\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s*[:：]\s*/iu;

const maxChars = 900;

/** `Re: ` over the original's subject, whatever marks it carried; all else of it is kept. */
export function replySubject(original: string | undefined): string {
  return marked('Re:', original);
}

/** `Fwd: ` over the original's subject, whatever marks it carried; all else of it is kept. */
export function forwardSubject(original: string | undefined): string {
  return marked('Fwd:', original);
}

/** The subject without the reply and forward marks before it. */
export function bareSubject(subject: string): string {
  let rest = headerLine(subject);
  for (let found = mark.exec(rest); found; found = mark.exec(rest)) rest = rest.slice(found[0].length);
  return rest;
}

function marked(prefix: string, original: string | undefined): string {
  const bare = bareSubject(original ?? '');
  return bare === '' ? prefix : `${prefix} ${bare.length > maxChars ? `${cutAt(bare, maxChars)}…` : bare}`;
}
