import { firstOperator, type Operator } from '../domain/operators.ts';
import type { Searched } from '../domain/query.ts';

/** What other mail programs let one write in a query, and the parameter for it here. */
const parameters: Record<string, string> = {
  ...{ from: 'from', sender: 'from', von: 'from' },
  ...{ to: 'to', cc: 'to', bcc: 'to', recipient: 'to', deliveredto: 'to', an: 'to' },
  ...{ subject: 'subject', betreff: 'subject' },
  ...{ in: 'folder', label: 'folder', folder: 'folder', category: 'folder' },
  ...{ has: 'hasAttachment', filename: 'hasAttachment', attachment: 'hasAttachment' },
  ...{ is: 'unread or flagged', keyword: 'keyword', tag: 'keyword' },
  ...{ larger: 'largerThan', larger_than: 'largerThan', size: 'largerThan' },
  ...{ after: 'since', since: 'since', newer: 'since', newer_than: 'since' },
  ...{ before: 'before', older: 'before', older_than: 'before' },
  ...{ date: 'since and before', on: 'since and before' },
};
/** The same where there is no parameter for it. */
const otherWays: Record<string, string> = {
  ...{ body: 'Write the words without it.', text: 'Write the words without it.' },
  ...{ smaller: 'There is no such condition.', smaller_than: 'There is no such condition.' },
  ...{ list: 'Use the parameter to.', rfc822msgid: 'There is no such condition.' },
};

/** The first such operator of a text, and what to do instead; none in quotes. */
export function operatorIn(input: string, searched: Searched): Operator | undefined {
  return firstOperator(input, (name) => insteadOf(name, searched));
}

function insteadOf(name: string, searched: Searched): string | undefined {
  if (Object.hasOwn(otherWays, name)) return otherWays[name];
  if (!Object.hasOwn(parameters, name)) return undefined;
  return parameters[name] === searched ? otherWays.body : `Use the parameter ${parameters[name]}.`;
}
