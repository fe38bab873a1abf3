/** Whether the host is this machine: the only place a password may go without TLS. Brackets around IPv6 are allowed. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/u, '$1');
  const octet = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
  return bare === 'localhost' || bare === '::1' || new RegExp(`^127(?:\\.${octet}){3}$`, 'u').test(bare);
}
