import { execFileSync } from 'node:child_process';
import { isRoot } from '../../servers/machine.ts';

/** Puts a disk of so many bytes at the folder. @returns how to take it away, or undefined where that is not allowed */
export function mountSmallDisk(folder: string, bytes: number): (() => void) | undefined {
  if (!isRoot || process.platform !== 'linux') return undefined;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'none', folder], { stdio: 'ignore' });
  } catch {
    // A container without the right to mount.
    return undefined;
  }
  return () => void execFileSync('umount', [folder], { stdio: 'ignore' });
}
