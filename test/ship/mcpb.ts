// `npm run mcpb`: the desktop extension, from the built server.
import { join } from 'node:path';
import { root } from './bundle.ts';
import { makeExtension } from './extension.ts';
import { extensionName, inReleaseFolder } from './release-folder.ts';

const output = inReleaseFolder(extensionName);
const bytes = await makeExtension(join(root, 'dist'), output);
console.log(`${output}: ${(bytes / 1e6).toFixed(2)} MB`);
