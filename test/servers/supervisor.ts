import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Runs the program until standard input ends; then ends its whole process group and removes the folder.
 * The pipe closes however this process dies, SIGKILL included, so nothing outlives a test run.
 */
const script = `
"$@" </dev/null >"$SUPERVISED_DIR/start.log" 2>&1 &
read -r _
trap '' TERM
kill -TERM 0
sleep 1
rm -rf "$SUPERVISED_DIR"
kill -KILL 0`;

/** A server program in the foreground, with all its processes, that lives no longer than this one. POSIX only. */
export class Supervisor {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  /** @param dir folder of the program, removed if this process dies; what it prints goes to `start.log` there. */
  constructor(dir: string, command: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn('/bin/sh', ['-c', script, 'supervisor', ...command], {
      detached: true, // a process group of its own
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...env, SUPERVISED_DIR: dir },
    });
    this.#exited = once(this.#child, 'exit');
    this.#child.unref();
    (this.#child.stdin as Socket).unref();
  }

  /** Ends the program at once; asking politely takes Dovecot a second and more. Its folder stays. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    this.#child.ref();
    process.kill(-pid, 'SIGKILL');
    await this.#exited;
  }
}
