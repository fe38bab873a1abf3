import packageJson from '../../package.json' with { type: 'json' };
import { type SettingName, type Settings, settings } from '../../src/config/schema.ts';
import { catalogue } from '../../src/tools/catalogue.ts';

/** A question the desktop client asks when the extension is installed. */
interface Question {
  setting: SettingName;
  type: 'string' | 'boolean' | 'directory';
  title: string;
  /** To a person who has never edited a file of settings. */
  description: string;
  required?: true;
  /** Masked, and kept in the system's keychain. */
  sensitive?: true;
  /**
   * What is set when nobody answers. An optional question needs one: without, the client passes the text `${user_config.…}`
   * itself. An empty setting counts as unset.
   */
  default?: string | boolean;
}

/** What each word of MAILBOX_SEND does. */
export const sendMeanings: Readonly<Record<Settings['MAILBOX_SEND'], string>> = {
  direct: 'mail is sent when the assistant sends it',
  confirm:
    'you are shown each mail and asked before it goes; where the program cannot ask, only drafts can be sent',
  'drafts-only': 'nothing is sent, mail is only put into your drafts',
};

/**
 * What a person must decide, and nothing else. One folder of attachments: a client can put several only
 * into arguments, never into the environment (mcpb's `replaceVariables`).
 */
const questions: Readonly<Record<string, Question>> = {
  email: {
    ...{ setting: 'MAILBOX_EMAIL', type: 'string', title: 'E-mail address', required: true },
    description: 'Your address at mailbox.org, like you@mailbox.org.',
  },
  password: {
    ...{ setting: 'MAILBOX_PASSWORD', type: 'string', title: 'E-mail app password' },
    ...{ required: true, sensitive: true },
    description:
      'Reads and sends your mail. Make one at mailbox.org under Settings → Security, as an e-mail app password with the scopes IMAP and SMTP; it is shown only once.',
  },
  dav_password: {
    ...{ setting: 'MAILBOX_DAV_PASSWORD', type: 'string', title: 'Calendar application password' },
    ...{ sensitive: true, default: '' },
    description:
      'Opens your calendars; the e-mail app password does not. Make one at mailbox.org under Settings → Security, as an application password of the kind CalDAV/CardDAV. If you have none, type mail,server under "What it may use".',
  },
  toolsets: {
    ...{ setting: 'MAILBOX_TOOLSETS', type: 'string', title: 'What it may use', default: '' },
    description:
      'Empty: mail and calendars. Without a calendar application password type mail,server: then no calendar tools are offered, which could only fail.',
  },
  name: {
    ...{ setting: 'MAILBOX_NAME', type: 'string', title: 'Your name', default: '' },
    description: 'As the people you write to see it beside your address.',
  },
  aliases: {
    ...{ setting: 'MAILBOX_ALIASES', type: 'string', title: 'Your other addresses', default: '' },
    description: 'Separated by commas. Mail may be sent from them too.',
  },
  read_only: {
    ...{ setting: 'MAILBOX_READ_ONLY', type: 'boolean', title: 'Read only', default: false },
    description: 'The assistant can read everything, but can send, move, delete and change nothing.',
  },
  send: {
    ...{ setting: 'MAILBOX_SEND', type: 'string', title: 'Sending', default: 'direct' },
    // The dialog has no list to choose from.
    description: `Type one of three words. ${inWords(sendMeanings)}`,
  },
  allowed_recipients: {
    ...{ setting: 'MAILBOX_ALLOWED_RECIPIENTS', type: 'string', title: 'Allowed recipients', default: '' },
    description:
      'The only addresses or @domains the assistant may write to, separated by commas, like anna@example.org, @firm.example. Empty: everybody.',
  },
  download_dir: {
    ...{ setting: 'MAILBOX_DOWNLOAD_DIR', type: 'directory', title: 'Download folder', default: '' },
    description: 'The folder attachments may be saved to. Empty: none.',
  },
  attachment_dir: {
    ...{ setting: 'MAILBOX_ATTACHMENT_DIRS', type: 'directory', title: 'Attachments folder', default: '' },
    description: 'The folder files may be attached from. Its path may hold no comma. Empty: none.',
  },
  timezone: {
    ...{ setting: 'MAILBOX_TIMEZONE', type: 'string', title: 'Time zone', default: '' },
    description: 'Of the times in answers, like Europe/Berlin. Empty: that of this computer.',
  },
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
      Object.entries(questions).map(([key, { setting: _, ...question }]) => [key, question]),
    ),
  };
}

/** What the setting means, as the README has it, as a sentence without markup; of MAILBOX_SEND every word. */
export function meaningOf(setting: SettingName): string {
  if (setting === 'MAILBOX_SEND') return `What happens to mail the assistant sends. ${inWords(sendMeanings)}`;
  const text = (settings.shape[setting].description ?? '').replaceAll('`', '');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function inWords(meanings: Readonly<Record<string, string>>): string {
  return Object.entries(meanings)
    .map(([word, meaning]) => `${word}: ${meaning}.`)
    .join(' ');
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.) /u)[0] ?? '';
}
