import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/tools/catalogue.ts';
import { type Ran, runTool, toolsPresent } from '../ship/tools.ts';
import { letter } from '../support/letters.ts';
import { openSandbox, type TestMailbox } from '../support/mailboxes.ts';
import { repoRoot } from '../support/mcp-client.ts';

/** The MCP Inspector, a client that is not ours, against the built server. */
describe.runIf(toolsPresent)('the MCP Inspector', () => {
  let box: TestMailbox;
  const folder = mkdtempSync(join(tmpdir(), 'mbx-inspector-'));

  /** One run of its command line; it starts the server, asks once, and ends it. */
  const inspect = async (
    method: string,
    ...args: string[]
  ): Promise<Ran & { json: Record<string, unknown> }> => {
    const settings = Object.entries(box.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const server = [process.execPath, join(repoRoot, 'dist/main.js')];
    const ran = await runTool('inspector', ['--cli', ...server, ...settings, '--method', method, ...args], {
      cwd: folder,
      env: { MCP_CATALOG_PATH: join(folder, 'mcp.json'), HOME: folder, USERPROFILE: folder },
    });
    return { ...ran, json: ran.stdout === '' ? {} : JSON.parse(ran.stdout) };
  };

  beforeAll(async () => {
    box = await openSandbox();
    const other = await box.otherClient();
    await other.append('INBOX', letter({ subject: 'Lunch', id: '<l@x>' }));
  });

  afterAll(async () => {
    await box.close();
    rmSync(folder, { recursive: true });
  });

  test('lists every tool and finds no schema that some client could not read', async () => {
    const { code, json, stderr } = await inspect('tools/list', '--strict');
    expect(code, stderr).toBe(0);
    const tools = json.tools as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(catalogue.map(({ name }) => name));
  });

  test('calls a tool with arguments and takes its answer', async () => {
    const { code, json, stderr } = await inspect(
      ...(['tools/call', '--tool-name', 'search_emails', '--tool-arg', 'query=lunch', 'limit=5'] as const),
    );
    expect(code, stderr).toBe(0);
    expect(json.structuredContent).toMatchObject({ total: 1, emails: [{ subject: 'Lunch' }] });
  });

  test('tells a tool that failed from one that answered', async () => {
    const { code, json } = await inspect(
      'tools/call',
      '--tool-name',
      'get_email',
      '--tool-arg',
      'id=nothing',
    );
    expect(code).toBe(5);
    expect(json).toMatchObject({ isError: true });
  });

  test.each(['resources/list', 'resources/templates/list', 'prompts/list'])(
    'takes the answer to %s',
    async (method) => {
      const { code, json, stderr } = await inspect(method);
      expect(code, stderr).toBe(0);
      expect(Object.values(json).flat().length).toBeGreaterThan(0);
    },
  );
});
