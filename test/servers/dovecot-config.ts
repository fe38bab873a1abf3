import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Certificates } from './certificates.ts';

export interface DovecotSettings {
  dir: string;
  /** Folder that holds each user's home. */
  mailRoot: string;
  imapPort: number;
  imapsPort: number;
  format: 'maildir' | 'sdbox';
  separator: string;
  maxConnections: number;
  /** Storage limit per user in Dovecot's notation, e.g. `1M`. */
  quota: string | undefined;
  compress: boolean;
  certificates: Certificates | undefined;
  /** Also LMTP and SASL, on the sockets of `mtaSockets`. */
  mta: boolean;
  /** Numeric owner of the mail. */
  uid: number;
  gid: number;
}

/** Every name is a user with this password, so that a test can make up users while the server runs. */
export function passwordOf(name: string): string {
  return `${name}-pw`;
}

/** Where a mail transfer agent hands over mail and has passwords checked, of the instance in `dir`. */
export function mtaSockets(dir: string): { lmtp: string; sasl: string } {
  return { lmtp: `${dir}/run/lmtp-mta`, sasl: `${dir}/run/sasl-mta` };
}

/** The whole dovecot.conf (2.3) of one throw-away instance: IMAP on loopback only, nothing outside `dir` and `mailRoot`. */
export function dovecotConfig(settings: DovecotSettings): string {
  return [
    base(settings),
    settings.certificates ? tls(settings.certificates) : 'ssl = no',
    authentication(settings),
    storage(settings),
    services(settings),
    settings.mta ? mailTransfer(settings) : '',
    userInfo().uid === 0 ? '' : unprivileged(),
  ].join('\n');
}

function base({ dir, mta }: DovecotSettings): string {
  return `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
protocols = imap${mta ? ' lmtp' : ''}
listen = 127.0.0.1
hostname = localhost
shutdown_clients = yes
disable_plaintext_auth = no`;
}

function tls({ certFile, keyFile }: Certificates): string {
  return `
ssl = yes
ssl_cert = <${certFile}
ssl_key = <${keyFile}
ssl_min_protocol = TLSv1.2`;
}

function authentication({ mailRoot, uid, gid }: DovecotSettings): string {
  return `
auth_mechanisms = plain login
auth_failure_delay = 0 secs
passdb {
  driver = static
  args = password=${passwordOf('%n')}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${mailRoot}/%u allow_all_users=yes
}
first_valid_uid = 1
first_valid_gid = 1`;
}

function storage({ format, separator, quota, maxConnections, compress }: DovecotSettings): string {
  const location = format === 'maildir' ? 'maildir:~/Maildir' : 'sdbox:~/sdbox';
  const mailboxes = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'].map(
    (name) => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = subscribe\n  }`,
  );
  return `
mail_location = ${location}
mail_fsync = never
mailbox_list_index = yes
mail_plugins = ${quota ? 'quota' : ''}
namespace inbox {
  inbox = yes
  separator = ${separator}
${mailboxes.join('\n')}
}
protocol imap {
  mail_plugins = ${['$mail_plugins', quota ? 'imap_quota' : '', compress ? 'imap_zlib' : ''].join(' ')}
  mail_max_userip_connections = ${maxConnections}
}
plugin {
${quota ? `  quota = count:User quota\n  quota_vsizes = yes\n  quota_rule = *:storage=${quota}\n  quota_grace = 0` : ''}
}`;
}

function services({ imapPort, imapsPort, certificates }: DovecotSettings): string {
  return `
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${certificates ? imapsPort : 0}
    ssl = yes
  }
  service_count = 0
}
service anvil {
  # no growing delay for everybody on loopback after a wrong password
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener auth-userdb {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
service imap {
  process_limit = 200
}`;
}

/** Mail to `name+anything` goes to INBOX too; what does not fit is refused for good, not kept in the queue. */
function mailTransfer({ dir }: DovecotSettings): string {
  const { lmtp, sasl } = mtaSockets(dir);
  return `
recipient_delimiter = +
postmaster_address = postmaster@rig.test
quota_full_tempfail = no
service lmtp {
  unix_listener ${lmtp} {
    mode = 0666
  }
}
service auth {
  unix_listener ${sasl} {
    mode = 0666
  }
}`;
}

/** Without root nothing can change its user or its root directory. */
function unprivileged(): string {
  const name = userInfo().username;
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
  return `
default_internal_user = ${name}
default_internal_group = ${group}
default_login_user = ${name}
service imap-login {
  chroot =
}
service anvil {
  chroot =
}`;
}
