import packageJson from '../../package.json' with { type: 'json' };
import { type SettingName, settingNames, settings } from '../../src/config/schema.ts';
import { meaningOf, repository, sendMeanings } from './manifest.ts';
import { extensionName } from './release-folder.ts';

/** Settings of a private machine or of measuring; who needs them reads the README. */
const tuning = /^(?:POOL|CACHE|LOG)_|_(?:PORT|SECURE|RATE_LIMIT|PREFETCH|AUTHSERV_IDS|CA_FILE)$/u;
const transport = { type: 'stdio' };
const required: readonly SettingName[] = ['MAILBOX_EMAIL', 'MAILBOX_PASSWORD'];

/**
 * server.json of the MCP registry, schema 2025-12-11.
 * @param sha256 of the desktop extension in the release, in hex
 * @see {@link https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/server-json/generic-server-json.md}
 */
export function serverJson(sha256: string) {
  const { mcpName, version, description } = packageJson;
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    ...{ name: mcpName, title: 'mailbox.org', description, version },
    repository: { url: repository, source: 'github' },
    packages: [npmPackage(), extensionPackage(sha256)] as const,
  };
}

function npmPackage() {
  const { name, version } = packageJson;
  return {
    ...{ registryType: 'npm', registryBaseUrl: 'https://registry.npmjs.org', identifier: name, version },
    ...{ runtimeHint: 'npx', transport, environmentVariables: environmentVariables() },
  };
}

function extensionPackage(fileSha256: string) {
  const { version } = packageJson;
  const identifier = `${repository}/releases/download/v${version}/${extensionName}`;
  return { registryType: 'mcpb', identifier, version, fileSha256, transport };
}

function environmentVariables() {
  const defaults = settings.parse({});
  return settingNames
    .filter((setting) => !tuning.test(setting))
    .map((setting) => {
      const value = Array.isArray(defaults[setting]) ? undefined : defaults[setting];
      return {
        ...{ name: setting, description: meaningOf(setting), format: formatOf(value) },
        ...(required.includes(setting) && { isRequired: true }),
        ...(setting.endsWith('PASSWORD') && { isSecret: true }),
        ...(setting === 'MAILBOX_SEND' && { choices: Object.keys(sendMeanings) }),
        ...(value !== undefined && { default: String(value) }),
      };
    });
}

function formatOf(value: unknown): 'string' | 'number' | 'boolean' {
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'string';
}
