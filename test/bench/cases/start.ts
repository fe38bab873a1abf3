import { catalogue } from '../../../src/tools/catalogue.ts';
import { data, median, tokens, traffic } from '../measure.ts';
import type { Rig } from '../rig.ts';
import { atMost, type Row } from '../table.ts';
import { topics } from '../vocabulary.ts';

interface ListedTool {
  name: string;
  description: string;
  inputSchema: unknown;
}

const readingTools = [
  ...[
    'get_folders',
    'search_emails',
    'get_email',
    'get_email_thread',
    'get_attachment',
    'download_attachment',
  ],
  'get_server_status',
];

const mailTools = new Set(catalogue.flatMap(({ name, toolset }) => (toolset === 'mail' ? [name] : [])));

/** From nothing to the first answer. */
export async function startCases(rig: Rig): Promise<Row[]> {
  return [...(await listing(rig)), await coldSearch(rig)];
}

async function listing(rig: Rig): Promise<Row[]> {
  const times: number[] = [];
  let connections = 0;
  let listed: ListedTool[] = [];
  for (let run = 0; run < 5; run++) {
    const { ms, roundTrips } = await traffic(rig.slow, async () => {
      const server = rig.spawn(rig.slow);
      await server.initialize();
      listed = (await server.request('tools/list')).tools as ListedTool[];
      setImmediate(() => server.end());
    });
    times.push(ms);
    connections += roundTrips;
  }
  const tools = listed.filter(({ name }) => readingTools.includes(name));
  const bytes = tools.map(({ name, description, inputSchema }) =>
    Buffer.byteLength(name + description + JSON.stringify(inputSchema)),
  );
  const mail = listed.filter(({ name }) => mailTools.has(name));
  const sum = bytes.reduce((total, size) => total + size, 0);
  return [
    atMost('spawn to tools/list', 250, median(times), 'ms'),
    atMost('network before the first call', 0, connections, 'connections'),
    atMost(
      'tools/list of all mail tools, whole',
      5500,
      tokens(Buffer.byteLength(JSON.stringify(mail))),
      'tokens',
    ),
    {
      ...atMost('tools/list of the reading ones', 2000, tokens(sum), 'tokens', `${tools.length} tools`),
      held: tokens(sum) <= 2000 && tools.length === readingTools.length,
    },
  ];
}

async function coldSearch(rig: Rig): Promise<Row> {
  const server = rig.spawn(rig.slow);
  await server.initialize();
  const { roundTrips, ms } = await traffic(rig.slow, () =>
    data(server, 'search_emails', { folder: 'INBOX', subject: topics[0] }),
  );
  await server.end();
  return atMost(
    'first answer from cold',
    10,
    roundTrips,
    'round trips',
    `${Math.round(ms)} ms at 40 ms each`,
  );
}
