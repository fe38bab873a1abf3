import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { failed, ok, type Verdict, warning } from './verdict.ts';
import { counted, nameOf } from './words.ts';

const dayMs = 86_400_000;
/** Who renews by themselves do so a month ahead; after this somebody has forgotten it. */
const soonDays = 14;
const longestChain = 10;

/** What a handshake that succeeded has shown. @param now wall clock, in milliseconds */
export function certificateVerdict(socket: TLSSocket, now: number, how = ''): Verdict {
  const certificate = socket.getPeerCertificate(true);
  const { days, length } = chainOf(certificate, now);
  const issuer = nameOf(String(certificate.issuer.O ?? certificate.issuer.CN ?? 'unknown'));
  const detail = [
    `${socket.getProtocol() ?? 'TLS'}${how === '' ? '' : ` by ${how}`}`,
    `issued by ${issuer}`,
    `chain of ${length} trusted`,
    `${counted(days, 'day')} left`,
  ].join(', ');
  if (days >= soonDays) return ok(detail);
  return warning(
    detail,
    'The certificate ends soon. Whoever runs the server must renew it; at mailbox.org that happens without you.',
  );
}

/** Days until the first certificate of the chain ends, its root apart, and how many there are. */
function chainOf(leaf: DetailedPeerCertificate, now: number): { days: number; length: number } {
  let ends = Date.parse(leaf.valid_to);
  let length = 1;
  let { issuerCertificate: next } = leaf;
  for (let below = leaf; length < longestChain && next && next.fingerprint256 !== below.fingerprint256; ) {
    length++;
    const isRoot = next.issuerCertificate?.fingerprint256 === next.fingerprint256;
    if (!isRoot) ends = Math.min(ends, Date.parse(next.valid_to));
    below = next;
    next = next.issuerCertificate;
  }
  return { days: Math.floor((ends - now) / dayMs), length };
}

interface Place {
  host: string;
  port: number;
  /** The setting that names the host. */
  setting: string;
}

interface TlsFault {
  codes: RegExp;
  detail: (place: Place, error: unknown) => string;
  hint: (place: Place) => string;
}

const clockHint = 'Check the date of this computer; if it is right, whoever runs the server must renew it.';

/** By the codes of OpenSSL and Node. */
const faults: readonly TlsFault[] = [
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/u,
    detail: ({ host }) => `The certificate of ${host} is self-signed: nobody vouches for it.`,
    hint: ({ setting }) =>
      `No password was sent. Check ${setting}; for a server of your own save its certificate as a PEM file and name that in MAILBOX_CA_FILE.`,
  },
  {
    codes:
      /^(?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:GET_ISSUER|VERIFY)\w*|CERT_(?:UNTRUSTED|REJECTED|SIGNATURE_FAILURE)|INVALID_CA)$/u,
    detail: ({ host }) => `The certificate of ${host} is from an authority this computer does not trust.`,
    hint: () =>
      'No password was sent. A virus scanner or company proxy may stand between; only if you trust it, name the PEM file of its authority in MAILBOX_CA_FILE.',
  },
  {
    codes: /^CERT_HAS_EXPIRED$/u,
    detail: ({ host }) => `The certificate of ${host} has expired.`,
    hint: () => `No password was sent. ${clockHint}`,
  },
  {
    codes: /^CERT_NOT_YET_VALID$/u,
    detail: ({ host }) => `The certificate of ${host} is not valid yet.`,
    hint: () => `No password was sent. ${clockHint}`,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/u,
    detail: ({ host }, error) => `The certificate is not for ${host}${namesIn(error)}.`,
    // Whoever has led the name elsewhere has chosen the name in the certificate, too.
    hint: ({ setting }) =>
      `No password was sent. The login page of a network or somebody may stand between: try another network. Set ${setting} to another name only if whoever runs the server tells you that name.`,
  },
  {
    codes: /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE|HANDSHAKE_FAILURE/u,
    detail: ({ host }) => `${host} speaks too old a TLS; at least TLS 1.2 is needed.`,
    hint: () => 'No password was sent. Whoever runs the server must update it; mailbox.org speaks TLS 1.3.',
  },
  {
    codes: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER|^EPROTO$/u,
    detail: ({ host, port }) => `Port ${port} of ${host} does not speak TLS from the start.`,
    hint: ({ setting }) =>
      `No password was sent. Check the port in the settings (${setting}); mailbox.org: IMAP 993, SMTP 465, CalDAV 443.`,
  },
];

const tlsCode = /^(?:ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA)|^EPROTO$/u;

export function isHandshakeFault(error: unknown): boolean {
  return tlsCode.test(codeOf(error));
}

/** Which of the ways it was in which a server does not prove who it is. */
export function handshakeFailure(error: unknown, place: Place): Verdict {
  const code = codeOf(error);
  const fault = faults.find(({ codes }) => codes.test(code));
  if (fault) return failed(fault.detail(place, error), fault.hint(place));
  return failed(
    `${place.host} did not prove its identity over TLS (${code}).`,
    `No password was sent. Check ${place.setting}; for a server with its own certificate authority set MAILBOX_CA_FILE.`,
  );
}

function codeOf(error: unknown): string {
  const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown };
  // Of what OpenSSL finds wrong, older Nodes tell the reason beside a code that says nothing.
  return code === 'EPROTO' && typeof reason === 'string'
    ? `ERR_SSL_${reason.replaceAll(' ', '_')}`.toUpperCase()
    : String(code ?? '');
}

function namesIn(error: unknown): string {
  const { cert } = error as { cert?: { subjectaltname?: string } };
  const names = (cert?.subjectaltname ?? '').split(/,\s*/u).map((name) => name.replace(/^[^:]*:/u, ''));
  const told = names
    .filter((name) => name !== '')
    .slice(0, 3)
    .map(nameOf);
  return told.length === 0 ? '' : `, but for ${told.join(', ')}`;
}
