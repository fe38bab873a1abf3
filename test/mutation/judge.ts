import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Verdict {
  killed: boolean;
  /** The test that failed, `hang`, or what else ended the run. */
  by?: string;
}

interface Report {
  testResults: {
    name: string;
    startTime: number;
    endTime: number;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

interface Failure {
  file: string;
  test: string;
}

const patienceMs = 15_000;
/** Quicker tests talk to no server and wait for nothing. */
const timelessMs = 200;

/** Runs the same tests of a work tree over and over. */
export class Judge {
  private readonly root: string;
  private readonly report: string;
  private tests: readonly string[];
  private limitMs = 300_000;
  private took = new Map<string, number>();
  private child: ChildProcess | undefined;

  constructor(root: string, tests: readonly string[]) {
    this.root = root;
    this.tests = tests;
    this.report = join(root, 'verdict.json');
  }

  /** On the undamaged tree: how long the tests take decides their order and when a run counts as a hang. @throws when one fails. */
  async calibrate(): Promise<number> {
    let started = performance.now();
    let verdict = await this.verdictOf(this.tests);
    if (verdict.killed) {
      // The machine may have been busy.
      started = performance.now();
      verdict = await this.verdictOf(this.tests);
    }
    if (verdict.killed) throw new Error(`The tests fail without any mutant: ${verdict.by}`);
    const ms = performance.now() - started;
    this.limitMs = 3 * ms + patienceMs;
    this.took = new Map(this.read().testResults.map((file) => [file.name, file.endTime - file.startTime]));
    const duration = (test: string) => this.took.get(join(this.root, test)) ?? 0;
    this.tests = [...this.tests].sort((a, b) => duration(a) - duration(b));
    return ms;
  }

  /** A long test may fail because the machine is busy: it has to fail twice. */
  async judge(): Promise<Verdict> {
    const first = await this.verdictOf(this.tests);
    const { failure } = first;
    if (!failure || (this.took.get(failure.file) ?? 0) < timelessMs) return first;
    const again = await this.verdictOf([failure.file]);
    if (again.killed) return first;
    const place = this.tests.findIndex((test) => failure.file.endsWith(test));
    const rest = this.tests.slice(place + 1);
    return rest.length > 0 ? await this.verdictOf(rest) : again;
  }

  private async verdictOf(tests: readonly string[]): Promise<Verdict & { failure?: Failure }> {
    rmSync(this.report, { force: true });
    const code = await this.run(tests);
    if (code === 0) return { killed: false };
    if (code === 'hang') return { killed: true, by: 'hang' };
    const failure = this.failure();
    return { killed: true, by: failure?.test ?? `exit ${code}`, ...(failure ? { failure } : {}) };
  }

  /** Ends what is running. */
  end(): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
  }

  /** A process group of its own, so that a test that spins ends with its runner. */
  private run(tests: readonly string[]): Promise<number | 'hang'> {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.ts'];
    const reporter = ['--reporter=json', `--outputFile=${this.report}`];
    const child = spawn(process.execPath, [...vitest, ...reporter, ...tests], {
      cwd: this.root,
      env: { ...process.env, MUTATION_TESTS: tests.join(','), MAILBOX_TEST_SERVERS: 'none' },
      detached: true,
      stdio: 'ignore',
    });
    this.child = child;
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      this.end();
    }, this.limitMs);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        clearTimeout(timer);
        this.child = undefined;
        resolve(hangs ? 'hang' : (code ?? 1));
      });
    });
  }

  private failure(): Failure | undefined {
    const failures = this.read().testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => ({ file: name, test: fullName })),
    );
    return failures[0];
  }

  private read(): Report {
    if (!existsSync(this.report)) return { testResults: [] };
    return JSON.parse(readFileSync(this.report, 'utf8')) as Report;
  }
}
