import type { ListedMail, Peer } from './peer.ts';

interface Message {
  uid: number;
  subject: string;
  from: string;
  date: string;
  text?: string;
  html?: string | false;
}

/** github.com/yunfeizhu/mcp-mail-server. Its lists hold the whole texts. It trusts every certificate. */
export const mcpMailServer: Peer = {
  name: 'mcp-mail-server',
  npm: { version: '1.2.1', held: ['mailparser'] },
  env: ({ address, password, host, imapPort, caFile }) => ({
    EMAIL_USER: address,
    EMAIL_PASS: password,
    IMAP_HOST: host,
    IMAP_PORT: String(imapPort),
    IMAP_SECURE: 'true',
    SMTP_HOST: host,
    SMTP_PORT: '465',
    SMTP_SECURE: 'true',
    ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }),
  }),
  mail: {
    first: { tool: 'get_message_count', args: {} },
    list: (limit) => ({ tool: 'get_recent_messages', args: { limit } }),
    readList,
    read: (uid) => ({ tool: 'get_message', args: { uid: Number(uid) } }),
    readText: (answer) => {
      const { text, html } = JSON.parse(answer) as Message;
      return text || html || '';
    },
    searchSender: (sender) => ({ tool: 'search_by_sender', args: { sender, inboxOnly: true } }),
    searchText: (text) => ({ tool: 'search_by_body', args: { text, inboxOnly: true } }),
  },
};

function readList(answer: string): ListedMail[] {
  const found = JSON.parse(answer) as Message[] | { messages: Message[] };
  const messages = Array.isArray(found) ? found : found.messages;
  return messages.map(({ uid, subject, from, date }) => ({ id: String(uid), subject, from, date }));
}
