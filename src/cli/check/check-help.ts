/** What `check --help` prints. */
export const checkHelp = `mailbox-mcp-server check: try every server with the settings the MCP server would use.

Usage
  mailbox-mcp-server check            a table, and what to do where something is wrong
  mailbox-mcp-server check --json     the same as one JSON object

For every account it looks at IMAP, SMTP and CalDAV: name and certificate of the server, login, capabilities,
latency, folders, permission to send (no mail is sent), calendars, the clock of this computer, and how many
connections are accepted at once. With no account in the environment it takes the settings that stand in a client on
this computer, where setup has put them, and names the file; one that its client cannot read is told with the line.
A refused password is tried once. It takes seconds, at most 45.

Options
  --json                        {version, settingsFrom, accounts: [{account, email, checks}], ok}
  --read-only, --toolsets, --log-level   as for serving; --log-level debug shows the log on stderr

Exit code
  0 nothing failed (warnings may remain), 1 something failed or is not set up, 2 an option nobody knows
`;
