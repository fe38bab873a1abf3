import type { Certificates } from './certificates.ts';

export interface CyrusSetup {
  dir: string;
  port: number;
  certificates: Certificates;
}

/** Where Debian keeps what master starts. */
export const cyrusPrograms = '/usr/lib/cyrus/bin';

/** Folders an instance wants to find below its own. AF_UNIX paths end at 107 characters. */
export const cyrusFolders = [
  ...['db', 'socket', 'log', 'msg', 'user', 'quota', 'sieve'].map((name) => `conf/${name}`),
  ...['spool', 'sieve', 'tmp', 'proc', 'lock'],
];

/** The files of one instance by their names: calendars over HTTPS, and LMTP on a socket, which makes an INBOX. */
export function cyrusConfig(setup: CyrusSetup): Record<string, string> {
  return { 'imapd.conf': imapdConf(setup), 'cyrus.conf': cyrusConf(setup) };
}

function imapdConf({ dir, certificates: { certFile, keyFile } }: CyrusSetup): string {
  return `configdirectory: ${dir}/conf
proc_path: ${dir}/proc
mboxname_lockpath: ${dir}/lock
defaultpartition: default
partition-default: ${dir}/spool
sievedir: ${dir}/sieve
temp_path: ${dir}/tmp
lmtpsocket: ${dir}/conf/socket/lmtp
servername: localhost
admins: admin
altnamespace: yes
unixhierarchysep: yes
virtdomains: userid
defaultdomain: internal.invalid
autocreate_quota: 0
autocreate_post: yes
httpmodules: caldav
calendar_user_address_set: rig.test
caldav_allowscheduling: on
httpallowcompress: no
allowplaintext: yes
sasl_mech_list: PLAIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${dir}/sasldb2
tls_server_cert: ${certFile}
tls_server_key: ${keyFile}
tls_session_timeout: 0
`;
}

function cyrusConf({ dir, port }: CyrusSetup): string {
  const command = (program: string) => `${program} -C ${dir}/imapd.conf`;
  return `START {
  recover cmd="${command('ctl_cyrusdb')} -r"
}
SERVICES {
  https cmd="${command('httpd')} -s" listen="127.0.0.1:${port}" prefork=1
  lmtp cmd="${command('lmtpd')} -a" listen="${dir}/conf/socket/lmtp" prefork=0
}
EVENTS {
}
`;
}
