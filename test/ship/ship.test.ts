import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { readConfig } from '../../src/config/read-config.ts';
import { settingNames } from '../../src/config/schema.ts';
import { openSandbox } from '../support/mailboxes.ts';
import { startServer } from '../support/mcp-client.ts';
import { type BillOfMaterials, billOfMaterials, bundledProperty } from './bill-of-materials.ts';
import { root } from './bundle.ts';
import { makeExtension } from './extension.ts';
import { entryPoint, manifest } from './manifest.ts';
import { serverJson } from './server-json.ts';
import { runTool, toolsPresent } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'mbx ship '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The environment the desktop client makes of the manifest and of what a person answered. */
function environment(answers: Readonly<Record<string, string | boolean>>): Record<string, string> {
  const { server, user_config } = manifest();
  const value = (key: string) => answers[key] ?? user_config[key]?.default;
  return Object.fromEntries(
    Object.entries(server.mcp_config.env).map(([name, text]) => [
      name,
      text.replace(/\$\{user_config\.(\w+)\}/u, (whole, key) => String(value(key) ?? whole)),
    ]),
  );
}

const least = { email: 'alice@sandbox.test', password: 'alice-pw' };

describe('the desktop extension', () => {
  test('asks for what is needed, and only passwords are masked', () => {
    const questions = Object.entries(manifest().user_config);
    const keysWith = (mark: 'required' | 'sensitive') =>
      questions.filter(([, question]) => question[mark]).map(([key]) => key);
    expect(keysWith('required')).toEqual(['email', 'password']);
    expect(keysWith('sensitive')).toEqual(['password', 'dav_password']);
    for (const [, { description }] of questions) expect(description).toMatch(/^[A-Z].{5,}\.$/u);
  });

  test('with only the needed answers sets nothing else', () => {
    const config = readConfig([], environment(least));
    const plain = readConfig([], { MAILBOX_EMAIL: least.email, MAILBOX_PASSWORD: least.password });
    expect(config).toEqual(plain);
  });

  test('passes every answer on', () => {
    const answers = { ...least, read_only: true, send: 'drafts-only', attachment_dir: folder };
    expect(readConfig([], environment(answers))).toMatchObject({
      ...{ readOnly: true, send: 'drafts-only', attachmentDirs: [folder] },
    });
  });

  test('says of each word for sending what it does, and takes it', () => {
    const { send, read_only } = manifest().user_config;
    const words = [...(send?.description ?? '').matchAll(/([\w-]+): \w/gu)].map(([, word = '']) => word);
    expect(words).toEqual(['direct', 'confirm', 'drafts-only']);
    const taken = words.map((word) => readConfig([], environment({ ...least, send: word })).send);
    expect(taken).toEqual(words);
    expect(read_only?.description).toContain('send, move, delete');
  });

  test('says where both passwords are made, and how to do without a calendar', () => {
    const { password, dav_password, toolsets } = manifest().user_config;
    for (const question of [password, dav_password]) {
      expect(question?.description).toContain('Settings → Security');
    }
    const [typed = ''] = /mail\S*server/u.exec(toolsets?.description ?? '') ?? [];
    expect(dav_password?.description).toContain(`type ${typed} under "${toolsets?.title}"`);
    expect(readConfig([], environment({ ...least, toolsets: typed })).toolsets).toEqual(['mail', 'server']);
  });

  test('warns of what would stop everything: a comma in the path of the folder', () => {
    const named = (attachment_dir: string) => () => readConfig([], environment({ ...least, attachment_dir }));
    expect(named(`${folder}, b`)).toThrow('MAILBOX_ATTACHMENT_DIRS');
    expect(manifest().user_config.attachment_dir?.description).toContain('no comma');
  });

  test('names a privacy policy that the README has', () => {
    const [policy = ''] = manifest().privacy_policies;
    const heading = new RegExp(`^## ${policy.split('#')[1]}$`, 'imu');
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toMatch(heading);
  });

  test.runIf(toolsPresent)(
    'packs, unpacks, and what comes out reads mail',
    async () => {
      const file = join(folder, 'server.mcpb');
      const bytes = await makeExtension(join(root, 'dist'), file);
      expect(bytes).toBe(statSync(file).size);
      expect(bytes).toBeLessThan(3_000_000);
      const unpacked = join(folder, 'Claude Extensions');
      expect(await runTool('mcpb', ['unpack', file, unpacked])).toMatchObject({ code: 0 });
      expect(existsSync(join(unpacked, `${entryPoint}.map`))).toBe(false);

      const box = await openSandbox();
      const env = { ...box.env, ...environment(least) };
      const server = startServer(env, { entry: join(unpacked, entryPoint), cwd: unpacked });
      await server.initialize();
      expect(await server.call('get_folders')).toMatchObject({ ok: true });
      expect(await server.end()).toMatchObject({ code: 0 });
      await box.close();
    },
    60_000,
  );
});

describe('server.json', () => {
  const { name, title, description, version, packages } = serverJson('0'.repeat(64));
  const [npm, extension] = packages;

  test('names the package as the package names itself, in the form the registry takes', () => {
    expect({ name, version }).toEqual({ name: packageJson.mcpName, version: packageJson.version });
    expect(name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/u);
    expect(description.length).toBeLessThanOrEqual(100);
    expect(title.length).toBeLessThanOrEqual(100);
    expect(npm).toMatchObject({ registryType: 'npm', identifier: packageJson.name, version });
    expect(extension.identifier).toMatch(
      /^https:\/\/github\.com\/.*\/releases\/download\/v[\d.]+\/.*mcp.*$/u,
    );
  });

  test('offers settings that exist, with defaults that hold, and keeps passwords secret', () => {
    const variables = npm.environmentVariables;
    const names = variables.map((variable) => variable.name);
    expect(settingNames).toEqual(expect.arrayContaining(names));
    expect(names).toEqual(expect.arrayContaining(['MAILBOX_EMAIL', 'MAILBOX_SEND', 'MAILBOX_READ_ONLY']));
    const secret = variables.filter(({ isSecret }) => isSecret).map((variable) => variable.name);
    expect(secret).toEqual(['MAILBOX_PASSWORD', 'MAILBOX_DAV_PASSWORD']);
    const defaults = variables.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default]]));
    expect(readConfig([], Object.fromEntries(defaults))).toEqual(readConfig([], {}));
    const send = variables.find((variable) => variable.name === 'MAILBOX_SEND');
    expect(send?.choices).toEqual(['direct', 'confirm', 'drafts-only']);
    for (const choice of send?.choices ?? []) expect(send?.description).toContain(`${choice}: `);
    for (const variable of variables) expect(variable.description).toMatch(/^[A-Z].{4,}\.$/u);
  });
});

describe('the bill of materials', () => {
  let bill: BillOfMaterials;
  beforeAll(async () => {
    bill = await billOfMaterials();
  }, 60_000);

  test('lists what is in the bundle, with hash and licence, and nothing of the development', () => {
    const { bomFormat, specVersion, metadata, components } = bill;
    expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(metadata.component).toMatchObject({ name: packageJson.name, version: packageJson.version });
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['imapflow', 'zod', 'unpdf', 'ical.js']));
    expect(names.filter((name) => ['vitest', 'typescript', 'html-to-text'].includes(name))).toEqual([]);
    for (const component of components) {
      expect(component).toMatchObject({ scope: 'required', licenses: expect.anything() });
      const inside = component.properties?.some((property) => property.name === bundledProperty);
      expect((component.hashes?.length ?? 0) > 0, component.name).toBe(!inside);
    }
  });

  test('names the reader of PDF files, which lies inside another package, in the version of its code', async () => {
    const { version } = z.object({ version: z.string() }).parse(await import('unpdf/pdfjs'));
    const pdfJs = bill.components.find(({ name }) => name === 'pdfjs-dist');
    expect(pdfJs).toMatchObject({ version, purl: `pkg:npm/pdfjs-dist@${version}` });
    const carrier = bill.dependencies.find(({ ref }) => ref.startsWith('unpdf@'));
    expect(carrier?.dependsOn).toEqual([`pdfjs-dist@${version}`]);
  });

  test('names the packages whose licences lie in the package', () => {
    const notice = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const named = [...notice.matchAll(/^(\S+) (\d\S*) \([^)]+\)+(?:, inside \S+)?$/gmu)].map(
      ([, name, version]) => `${name}@${version}`,
    );
    expect(named.sort()).toEqual(bill.components.map((component) => component['bom-ref']).sort());
    expect(notice).toContain('Mozilla Public License Version 2.0');
    expect(notice).toContain('Apache License');
  });
});
