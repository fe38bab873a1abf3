import type { ListedMail, Peer } from './peer.ts';

const account = 'bench';
/** `[12] 🔵 📎 Subject` and below it `  From: Name <address> | 2026-03-16T…`; labels and a preview may follow. */
const entry = /^\[(\d+)\] (.*)\n {2}From: (.*) \| (\S+)/gmu;
const marks = /^(?:(?:🔵|⭐|↩️|📎) ?)*\s*/u;
const bodyBegins = '--- Body ---\n';

/** github.com/codefuturist/email-mcp. It has no CalDAV. */
export const emailMcp: Peer = {
  name: '@codefuturist/email-mcp',
  npm: { version: '0.2.0', held: [] },
  env: ({ address, password, host, imapPort, caFile }) => ({
    MCP_EMAIL_ACCOUNT_NAME: account,
    MCP_EMAIL_ADDRESS: address,
    MCP_EMAIL_PASSWORD: password,
    MCP_EMAIL_IMAP_HOST: host,
    MCP_EMAIL_IMAP_PORT: String(imapPort),
    MCP_EMAIL_SMTP_HOST: host,
    ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }),
  }),
  mail: {
    first: { tool: 'list_emails', args: { account, pageSize: 1 } },
    list: (pageSize) => ({ tool: 'list_emails', args: { account, pageSize } }),
    readList,
    // Its default is the raw text; this is its format for reading.
    read: (emailId) => ({ tool: 'get_email', args: { account, emailId, format: 'text' } }),
    readText: (answer) => {
      const at = answer.indexOf(bodyBegins);
      if (at < 0) throw new Error('no body in the answer');
      return answer.slice(at + bodyBegins.length);
    },
    searchSender: (from) => ({ tool: 'list_emails', args: { account, from } }),
    searchText: (query) => ({ tool: 'search_emails', args: { account, query } }),
  },
};

function readList(answer: string): ListedMail[] {
  if (answer.startsWith('No emails found')) return [];
  const mails = [...answer.matchAll(entry)].map(([, id = '', subject = '', from = '', date = '']) => ({
    id,
    subject: subject.replace(marks, ''),
    from,
    date,
  }));
  if (mails.length === 0) throw new Error('no list in the answer');
  return mails;
}
