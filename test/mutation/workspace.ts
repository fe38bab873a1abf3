import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const copied = ['src', 'test', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE'];

/** A copy of the work tree that may be damaged; packages and corpora are those of the original. */
export class Workspace {
  readonly root: string;
  private readonly folder: string;

  constructor(original: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'mbx-mutation-'));
    this.root = join(this.folder, 'main');
    mkdirSync(this.root);
    for (const name of copied) cpSync(join(original, name), join(this.root, name), { recursive: true });
    symlinkSync(join(original, 'node_modules'), join(this.root, 'node_modules'), 'junction');
    const shared = join(original, '../shared');
    if (existsSync(shared)) symlinkSync(shared, join(this.folder, 'shared'), 'junction');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
