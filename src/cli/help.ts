/** What `--help` prints. Settings are explained in the README; here only what one must know to start. */
export function help(version: string): string {
  return `mailbox-mcp-server ${version}: mailbox.org mail and calendar for MCP clients such as Claude Desktop.

Usage
  mailbox-mcp-server            serve one client on stdin and stdout (what MCP clients run)
  mailbox-mcp-server setup      set up your mailbox for Claude Desktop and other clients on this computer
  mailbox-mcp-server check      try every server step by step, and say what to do where it fails
  mailbox-mcp-server demo       try it without an account, on mail servers embedded in the demo
  mailbox-mcp-server demo --serve   keep those running and print the settings for an MCP client

Options
  --read-only                   list only tools that change nothing    (MAILBOX_READ_ONLY)
  --toolsets mail,server        list only these groups of tools        (MAILBOX_TOOLSETS)
  --log-level debug             error, warn, info or debug, on stderr  (LOG_LEVEL)
  --version, --help

Environment
  MAILBOX_EMAIL                 your address
  MAILBOX_PASSWORD              its password; with two-factor login an e-mail app password
  MAILBOX_DAV_PASSWORD          application password for the calendar, another one at mailbox.org
  MAILBOX_PASSWORD_COMMAND      instead: a command whose first output line is the password

All other settings have defaults that fit mailbox.org; the README lists them.
`;
}
