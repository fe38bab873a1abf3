import type { Certificates } from './certificates.ts';
import { mtaSockets } from './dovecot-config.ts';

export interface PostfixSettings {
  /** Holds `queue`, `data` and the log. */
  dir: string;
  /** Folder of the Dovecot that delivers and checks passwords. */
  dovecotDir: string;
  certificates: Certificates;
  /** Where Postfix's programs lie. */
  programs: string;
  smtpsPort: number;
  submissionPort: number;
  maxMessageBytes: number;
}

/** Recipients that fail on purpose: every kind of refusal a server has. */
export const failingRecipients = {
  'tempfail@rig.test': '451 4.3.0 rig: temporary failure',
  'reject@rig.test': '550 5.7.1 rig: rejected by policy',
  'full@rig.test': '552 5.2.2 rig: mailbox full',
  'grey@rig.test': '450 4.2.0 rig: greylisted',
  'drop@rig.test': '421 4.7.0 rig: closing connection',
} as const;

/** A second address of every user. */
export function aliasOf(name: string): string {
  return `${name}.alias@rig.test`;
}

/**
 * Every configuration file by name. Nothing leaves the machine: mail to other domains is taken and thrown away, as if
 * it had left. Mail to users that cannot be delivered comes back to its sender, the headers only.
 */
export function postfixConfig(settings: PostfixSettings): Record<string, string> {
  return { 'main.cf': main(settings), 'master.cf': master(settings), ...tables };
}

const alias = '/^([^@+]+)\\.alias(\\+[^@]*)?@rig\\.test$/ $1@rig.test\n';

/** Any name is a user, save `unknown`; with or without `+detail`. Case does not count. */
const tables = {
  users: 'if !/^unknown@/\n/@rig\\.test$/ exists\nendif\n',
  aliases: alias,
  senders: `${alias}/^([^@+]+)(\\+[^@]*)?@rig\\.test$/ $1@rig.test\n`,
  recipients: Object.entries(failingRecipients)
    .map(([address, answer]) => `${address} ${answer}\n`)
    .join(''),
};

function main(settings: PostfixSettings): string {
  return [base(settings), routes(settings), submission(settings)].join('');
}

function base({ dir, programs, maxMessageBytes }: PostfixSettings): string {
  return `compatibility_level = 3.6
queue_directory = ${dir}/queue
data_directory = ${dir}/data
daemon_directory = ${programs}
maillog_file = ${dir}/postfix.log
maillog_file_prefixes = ${dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.rig.test
mydomain = rig.test
myorigin = rig.test
message_size_limit = ${maxMessageBytes}
mailbox_size_limit = 0
bounce_size_limit = 1
in_flow_delay = 0
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
biff = no
`;
}

function routes({ dir, dovecotDir }: PostfixSettings): string {
  return `mydestination =
mynetworks =
alias_maps =
alias_database =
local_transport = error:5.1.2 rig: no local mail
default_transport = discard:rig: no mail leaves this machine
relay_transport = discard:rig: no mail leaves this machine
virtual_mailbox_domains = rig.test
virtual_mailbox_maps = regexp:${dir}/etc/users
virtual_alias_maps = regexp:${dir}/etc/aliases
virtual_transport = lmtp:unix:${mtaSockets(dovecotDir).lmtp}
recipient_delimiter = +
`;
}

/** What mailbox.org asks of a client: encryption, a login, and a sender address that is one's own. */
function submission({ dir, dovecotDir, certificates }: PostfixSettings): string {
  return `smtpd_tls_cert_file = ${certificates.certFile}
smtpd_tls_key_file = ${certificates.keyFile}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${mtaSockets(dovecotDir).sasl}
smtpd_sender_login_maps = regexp:${dir}/etc/senders
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:${dir}/etc/recipients, permit_sasl_authenticated, reject
smtpd_recipient_limit = 100
`;
}

function master({ smtpsPort, submissionPort }: PostfixSettings): string {
  return `127.0.0.1:${submissionPort} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
127.0.0.1:${smtpsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
discard unix - - n - - discard
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
`;
}
