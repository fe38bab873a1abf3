import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { env } from './machine.ts';
import { Supervisor } from './supervisor.ts';

const attempts = 5;

/** A real server on loopback ports of its own, with all it writes in one folder. */
export abstract class ServerProcess {
  readonly host = 'localhost';
  readonly dir: string;
  /** What it is called. */
  protected abstract readonly program: string;
  /** Where it logs besides what it prints, in `dir`. */
  protected readonly logFiles: readonly string[] = [];
  #supervisor: Supervisor | undefined;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** What it printed and logged so far. */
  log(): string {
    const files = ['start.log', ...this.logFiles].map((file) => join(this.dir, file));
    return files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('');
  }

  /** @throws Error with the log when it does not start */
  async start(): Promise<void> {
    await this.#launchAfter(() => this.choosePorts());
  }

  /** Ends every connection and comes back on the same ports. */
  async restart(): Promise<void> {
    await this.#supervisor?.kill();
    await this.#launchAfter(() => sleep(50));
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#supervisor?.kill();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  protected abstract choosePorts(): Promise<void>;

  /** Writes its settings and runs it under `supervise`. @returns whether it answers on its ports */
  protected abstract launch(): Promise<boolean>;

  protected supervise(command: readonly string[], more: NodeJS.ProcessEnv = {}): void {
    this.#supervisor = new Supervisor(this.dir, command, { ...env, ...more });
  }

  /** Whether it did not start because another program was quicker. */
  protected get wasTooLate(): boolean {
    return this.log().includes('Address already in use');
  }

  /** Another process may take a free port first, and a killed one holds it for a moment: then it tries again. */
  async #launchAfter(prepare: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      await prepare();
      if (await this.launch()) return;
      await this.#supervisor?.kill();
      if (!this.wasTooLate) break;
    }
    const log = this.log();
    await this.stop();
    throw new Error(`${this.program} did not start.\n${log}`);
  }
}
