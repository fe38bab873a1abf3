import * as z from 'zod';
import { serverStatus } from '../../domain/status.ts';
import { defineTool } from '../define-tool.ts';

export const getServerStatus = defineTool({
  name: 'get_server_status',
  toolset: 'server',
  title: 'Check the connection',
  description:
    'Check whether the mail servers can be reached and logged in to, with latency, pool and cache figures.',
  input: z.strictObject({}),
  output: serverStatus,
  tellsOfAllAccounts: true,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  handler: (_input, { status, signal }) => status.status({ signal }),
});
