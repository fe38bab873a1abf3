/** Who may import whom: the table of design "Arrows". `node:` modules are free; types count like values. */
export interface Room {
  /** What it is for. */
  purpose: string;
  ours: readonly string[];
  packages: readonly string[];
}

export const rooms: Readonly<Record<string, Room>> = {
  domain: { purpose: 'nouns: schemas with their types, ports, errors', ours: [], packages: ['zod'] },
  log: { purpose: 'stderr only, scoped, secrets redacted', ours: [], packages: [] },
  config: {
    purpose: 'the settings: `readConfig(argv, env)`, pure and strict, the only reader of either',
    ours: ['domain', 'log'],
    packages: ['zod'],
  },
  content: {
    purpose: 'what strangers wrote, made clean and bounded text in a worker thread; no network',
    ours: ['domain'],
    packages: [
      ...['chardet', 'iconv-lite', 'libmime'],
      ...['css-select', 'css-tree', 'parse5', 'parse5-htmlparser2-tree-adapter'],
      ...['fflate', 'ical.js', 'mailparser', 'saxes', 'unpdf'],
    ],
  },
  connections: {
    purpose: 'pools and sessions of IMAP, SMTP and CalDAV; the only room that knows the protocols',
    ours: ['domain', 'log'],
    packages: ['imapflow', 'nodemailer', 'tsdav', 'saxes', 'generic-pool'],
  },
  cache: {
    purpose: 'the session cache in front of a port',
    ours: ['domain', 'log'],
    packages: ['lru-cache'],
  },
  mail: {
    purpose: 'the mail service: search, read, compose, send, file, watch',
    ours: ['domain', 'content', 'connections', 'log'],
    packages: ['mailparser', 'nodemailer'],
  },
  calendar: {
    purpose: 'the calendar service: reading, exact edits, recurrence, invitations',
    ours: ['domain', 'content', 'connections', 'log'],
    packages: ['ical.js'],
  },
  tools: { purpose: 'verbs: one file per tool, and the catalogue', ours: ['domain'], packages: ['zod'] },
  resources: {
    purpose: 'what clients may open by URI; each is a tool and its arguments',
    ours: ['domain'],
    packages: [],
  },
  prompts: {
    purpose: 'requests a user picks from a menu, in English and German',
    ours: ['domain'],
    packages: [],
  },
  server: {
    purpose: 'MCP; the only room that knows its SDK',
    ours: ['tools', 'resources', 'prompts', 'domain', 'log'],
    packages: ['@modelcontextprotocol/sdk', 'zod'],
  },
  accounts: {
    purpose: 'several accounts that look like one: ids carry their account',
    ours: ['domain'],
    packages: [],
  },
  sandbox: {
    purpose: 'the embedded mail and calendar servers of the demo and of tests',
    ours: ['domain', 'log'],
    packages: ['iconv-lite', 'smtp-server', 'saxes'],
  },
  cli: {
    purpose: 'one folder or file per command (serve, setup, check, demo); puts the rooms together',
    ours: [
      ...['domain', 'log', 'config', 'content', 'connections', 'cache', 'mail', 'calendar', 'accounts'],
      ...['tools', 'server', 'sandbox', 'package.json'],
    ],
    packages: ['@clack/prompts', 'jsonc-parser'],
  },
  main: { purpose: 'the front door', ours: ['cli'], packages: [] },
};
