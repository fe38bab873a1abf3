import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('./machine-edits.ts', import.meta.url));

async function editedIn(zone: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, TZ: zone },
    maxBuffer: 100_000_000,
  });
  return stdout;
}

test('every edit gives the same text, byte for byte, whatever the zone of the machine', async () => {
  const [utc = '', berlin, newYork] = await Promise.all(
    ['UTC', 'Europe/Berlin', 'America/New_York'].map(editedIn),
  );
  expect(utc.match(/BEGIN:VCALENDAR/gu)?.length).toBeGreaterThan(100);
  expect(berlin === utc).toBe(true);
  expect(newYork === utc).toBe(true);
});
