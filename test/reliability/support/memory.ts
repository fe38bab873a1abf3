import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The most memory a process has had resident since `forgetPeak`, in MB; 0 where nobody tells. */
export function peakMb(pid: number): number {
  return statusMb(pid, 'VmHWM');
}

export function residentMb(pid: number): number {
  return statusMb(pid, 'VmRSS');
}

/** From now on a new peak counts (Linux only, proc(5): clear_refs). */
export function forgetPeak(pid: number): void {
  const file = `/proc/${pid}/clear_refs`;
  if (existsSync(file)) writeFileSync(file, '5');
}

function statusMb(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'mu').exec(readFileSync(file, 'utf8'))?.[1];
  return Number(kibibytes ?? 0) / 1024;
}
