import packageJson from '../../package.json' with { type: 'json' };
import { type SettingName, settings } from '../../src/config/schema.ts';
import { catalogue } from '../../src/tools/catalogue.ts';

/** A question the desktop client asks when the extension is installed. */
interface Question {
  setting: SettingName;
  type: 'string' | 'boolean' | 'directory';
  title: string;
  required?: true;
  /** Masked, and kept in the system's keychain. */
  sensitive?: true;
  /**
   * What is set when nobody answers. An optional question needs one: without, the client passes the text `${user_config.…}`
   * itself. An empty setting counts as unset.
   */
  default?: string | boolean;
}

/**
 * What a person must decide, and nothing else. One folder of attachments: a client can put several only
 * into arguments, never into the environment (mcpb's `replaceVariables`).
 */
const questions: Readonly<Record<string, Question>> = {
  email: { setting: 'MAILBOX_EMAIL', type: 'string', title: 'E-mail address', required: true },
  password: {
    ...{ setting: 'MAILBOX_PASSWORD', type: 'string', title: 'E-mail app password' },
    ...{ required: true, sensitive: true },
  },
  dav_password: {
    ...{ setting: 'MAILBOX_DAV_PASSWORD', type: 'string', title: 'Calendar application password' },
    ...{ sensitive: true, default: '' },
  },
  name: { setting: 'MAILBOX_NAME', type: 'string', title: 'Your name', default: '' },
  aliases: { setting: 'MAILBOX_ALIASES', type: 'string', title: 'Your other addresses', default: '' },
  read_only: { setting: 'MAILBOX_READ_ONLY', type: 'boolean', title: 'Read only', default: false },
  send: { setting: 'MAILBOX_SEND', type: 'string', title: 'Sending', default: 'direct' },
  allowed_recipients: {
    ...{ setting: 'MAILBOX_ALLOWED_RECIPIENTS', type: 'string', title: 'Allowed recipients', default: '' },
  },
  download_dir: { setting: 'MAILBOX_DOWNLOAD_DIR', type: 'directory', title: 'Download folder', default: '' },
  attachment_dir: {
    ...{ setting: 'MAILBOX_ATTACHMENT_DIRS', type: 'directory', title: 'Attachments folder', default: '' },
  },
  timezone: { setting: 'MAILBOX_TIMEZONE', type: 'string', title: 'Time zone', default: '' },
};

/** Its page, without the `git+` and `.git` of npm. */
export const repository = packageJson.repository.url.replace(/^git\+|\.git$/gu, '');

/** Where the server lies in the extension; its package.json beside `dist` says that it is made of modules. */
export const entryPoint = packageJson.bin['mailbox-mcp-server'];

/**
 * manifest.json of the desktop extension, version 0.4.
 * @see {@link https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md}
 */
export function manifest() {
  const { name, version, description, license, keywords } = packageJson;
  const env = Object.entries(questions).map(([key, { setting }]) => [setting, `\${user_config.${key}}`]);
  return {
    ...{
      manifest_version: '0.4',
      name,
      display_name: 'mailbox.org',
      version,
      description,
      license,
      keywords,
    },
    author: { name: packageJson.author },
    repository: { type: 'git', url: repository },
    homepage: packageJson.homepage,
    support: packageJson.bugs.url,
    privacy_policies: [`${repository}#privacy`],
    server: {
      type: 'node',
      entry_point: entryPoint,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${entryPoint}`],
        env: Object.fromEntries(env) as Record<string, string>,
      },
    },
    tools: catalogue.map((tool) => ({ name: tool.name, description: firstSentence(tool.description) })),
    // Their texts depend on the language and the day.
    prompts_generated: true,
    compatibility: {
      platforms: ['darwin', 'win32', 'linux'],
      runtimes: { node: packageJson.engines.node },
    },
    user_config: Object.fromEntries(
      Object.entries(questions).map(([key, question]) => [key, asked(question)]),
    ),
  };
}

function asked({ setting, ...question }: Question) {
  return { ...question, description: meaningOf(setting) };
}

/** What the setting means, as the README has it, as a sentence without markup. */
export function meaningOf(setting: SettingName): string {
  const text = (settings.shape[setting].description ?? '').replaceAll('`', '');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.) /u)[0] ?? '';
}
