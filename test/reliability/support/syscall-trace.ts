import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** What the kernel is asked to connect to, on behalf of every thread of a process: nothing gets past it. */
export class SyscallTrace {
  private readonly strace: ChildProcess;
  private readonly file: string;

  /** @returns undefined where strace is missing or must not attach */
  static async attach(pid: number, file: string): Promise<SyscallTrace | undefined> {
    if (spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) return undefined;
    const args = [
      '-f',
      '-p',
      String(pid),
      '-e',
      'trace=connect,sendto,sendmsg,execve',
      '-s',
      '64',
      '-o',
      file,
    ];
    const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const said = await Promise.race([once(strace.stderr, 'data'), once(strace, 'exit')]);
    return String(said[0]).includes('attached') ? new SyscallTrace(strace, file) : undefined;
  }

  private constructor(strace: ChildProcess, file: string) {
    this.strace = strace;
    this.file = file;
  }

  /** `127.0.0.1:993`, the path of a Unix socket, or the program that was started. */
  calls(): string[] {
    return readFileSync(this.file, 'utf8').split('\n').flatMap(target);
  }

  async detach(): Promise<void> {
    if (this.strace.exitCode !== null || this.strace.signalCode !== null) return;
    this.strace.kill('SIGINT');
    await once(this.strace, 'exit');
  }
}

function target(line: string): string[] {
  const internet = /sin6?_port=htons\((\d+)\).*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]*)"/u.exec(line);
  if (internet) return [`${internet[2]}:${internet[1]}`];
  const local = /sun_path="([^"]*)"/u.exec(line)?.[1] ?? /execve\("([^"]*)"/u.exec(line)?.[1];
  return local === undefined ? [] : [local];
}
