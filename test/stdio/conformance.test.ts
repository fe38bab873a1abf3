import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { didYouMean } from '../../src/config/near.ts';
import { createLog } from '../../src/log.ts';
import { createMcpServer } from '../../src/server/mcp-server.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { runTool, toolsPresent } from '../ship/tools.ts';
import { fakeServices } from '../tools/services.ts';
import { type HttpWrapper, serveHttp } from './http-wrapper.ts';

/** Scenarios of the conformance suite that ask what every server promises. */
const applicable = [
  'server-initialize',
  'ping',
  'tools-list',
  'resources-list',
  'prompts-list',
  'dns-rebinding-protection',
];

/** The others, and why they say nothing about us. */
const notApplicable: Readonly<Record<string, readonly string[]>> = {
  'call tools, prompts and resources that only a server made for the suite has (`test_simple_text`, `test://static-text`)':
    [
      ...['tools-call-simple-text', 'tools-call-image', 'tools-call-audio', 'tools-call-embedded-resource'],
      ...['tools-call-mixed-content', 'tools-call-error', 'tools-call-with-progress', 'json-schema-2020-12'],
      ...['resources-read-text', 'resources-read-binary', 'resources-templates-read'],
      ...[
        'prompts-get-simple',
        'prompts-get-with-args',
        'prompts-get-embedded-resource',
        'prompts-get-with-image',
      ],
      ...['elicitation-sep1034-defaults', 'elicitation-sep1330-enums', 'tools-call-elicitation'],
      ...['completion-complete', 'resources-subscribe', 'resources-unsubscribe'],
    ],
  'ask for what we do not offer: messages of a log to the client, sampling': [
    ...['logging-set-level', 'tools-call-with-logging', 'tools-call-sampling'],
  ],
  'are about HTTP streams that outlive a request': ['server-sse-polling', 'server-sse-multiple-streams'],
};

describe.runIf(toolsPresent)('the conformance suite', () => {
  let http: HttpWrapper;
  const folder = mkdtempSync(join(tmpdir(), 'mbx-conformance-'));

  beforeAll(async () => {
    const log = createLog({ level: 'error', write: () => undefined });
    const services = async () => fakeServices();
    http = await serveHttp(() =>
      createMcpServer({ version: '9.9.9', tools: catalogue, services, log, didYouMean }),
    );
  });

  afterAll(async () => {
    await http.close();
    rmSync(folder, { recursive: true });
  });

  test.each(applicable)('%s', async (scenario) => {
    const { code, stdout, stderr } = await runTool(
      ...(['conformance', ['server', '--url', http.url, '--scenario', scenario], { cwd: folder }] as const),
    );
    expect(code, stdout + stderr).toBe(0);
    expect(stdout + stderr).toMatch(/Passed: ([1-9]\d*)\/\1, 0 failed, 0 warnings/u);
  });

  test('has no scenario that we neither run nor explain', async () => {
    const { stdout } = await runTool('conformance', ['list', '--server'], { cwd: folder });
    const [ofServers = ''] = stdout.split('Client scenarios');
    const scenarios = [...ofServers.matchAll(/^ {2}- ([\w-]+)$/gmu)].map(([, name]) => name);
    expect(scenarios.sort()).toEqual([...applicable, ...Object.values(notApplicable).flat()].sort());
  });
});
