import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.ts';

/** What a release attaches beside the npm package; below dist, which is not committed, and not in that package. */
export const releaseFolder = join(root, 'dist', 'release');

/** The same name in every release, so that one link always leads to the newest. */
export const extensionName = 'mailbox-mcp-server.mcpb';

export function inReleaseFolder(file: string): string {
  mkdirSync(releaseFolder, { recursive: true });
  return join(releaseFolder, file);
}
