import type { FetchMessageObject } from '../connections/imap/replies.ts';
import { formatAddress, parseAddresses } from '../content/address.ts';
import { parseHeaders } from '../content/headers.ts';

type Envelope = NonNullable<FetchMessageObject['envelope']>;

/** Whoever needs more room to say who they are says nothing true. */
const maxBytes = 8 * 1024;

/**
 * The senders by the From field itself, those with an address first: of `Doe, John <joe@b.test>` the first is only the
 * half of a name that should stand in quotes. ENVELOPE does not do: of `boss@a.test: joe@b.test;` and of
 * `boss@a.test (x) <joe@b.test>`, Dovecot takes the beginning for the address.
 */
export function sendersOf(header: Uint8Array): NonNullable<Envelope['from']> {
  const senders = parseHeaders(header.subarray(0, maxBytes))
    .all('from')
    .flatMap(parseAddresses)
    .map(({ name = '', address = '' }) => ({ name, address }));
  const isAddressed = ({ address }: { address: string }) => address.includes('@');
  return [...senders.filter(isAddressed), ...senders.filter((sender) => !isAddressed(sender))];
}

/** The address `shown` has and `named` has not, where the first senders of both are two. */
export function otherAddress(shown: Envelope['from'], named: Envelope['from']): string | undefined {
  const [address = '', own = ''] = [shown, named].map((senders) =>
    formatAddress({ address: senders?.[0]?.address ?? '' }),
  );
  return address.includes('@') && own !== '' && address.toLowerCase() !== own.toLowerCase()
    ? address
    : undefined;
}
