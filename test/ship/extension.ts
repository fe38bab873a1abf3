import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './bundle.ts';
import { manifest } from './manifest.ts';
import { runTool } from './tools.ts';

/**
 * Packs the built server as a desktop extension (.mcpb). mcpb checks the manifest before it packs.
 * @param dist folder of the built server
 * @returns the size of the extension, in bytes
 * @throws Error with mcpb's words when it refuses
 */
export async function makeExtension(dist: string, output: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mbx-mcpb-'));
  try {
    stage(dist, folder);
    await mcpb('validate', join(folder, 'manifest.json'));
    await mcpb('pack', folder, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return statSync(output).size;
}

/** The extension as it lies on disk before it is packed. */
function stage(dist: string, folder: string): void {
  const { name, version, license } = packageJson;
  const published = (path: string) => !path.endsWith('.map') && path !== join(dist, 'release');
  cpSync(dist, join(folder, 'dist'), { recursive: true, filter: published });
  for (const file of ['README.md', 'LICENSE']) cpSync(join(root, file), join(folder, file));
  write(join(folder, 'package.json'), { name, version, license, type: 'module' });
  write(join(folder, 'manifest.json'), manifest());
}

async function mcpb(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runTool('mcpb', args);
  if (code !== 0) throw new Error(`mcpb ${args[0]} failed:\n${stdout}${stderr}`);
}

function write(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
