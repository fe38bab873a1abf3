import { type OutageDesk, type Protocol, protocols } from './outage-desk.ts';

/** Something that happens to the machine or its network, and ends. */
export interface Outage {
  name: string;
  /** Which of its servers are out of reach; none when all work goes on. */
  hits: readonly Protocol[];
  /** Whether they must be out of reach, or only may be; default true. */
  surely?: boolean;
  begin(desk: OutageDesk): Promise<void> | void;
  end(desk: OutageDesk): Promise<void> | void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const everyLine = (desk: OutageDesk) => Object.values(desk.lines);

const restarts: Outage[] = (['rst', 'fin'] as const).flatMap((how) =>
  [...protocols.map((protocol) => [protocol]), protocols].map((hits) => ({
    name: `${hits.join(', ')} restarts, by ${how.toUpperCase()}`,
    hits,
    async begin({ lines }) {
      for (const protocol of hits) {
        lines[protocol].dropAll(how);
        await lines[protocol].refuse();
      }
    },
    async end({ lines }) {
      for (const protocol of hits) await lines[protocol].accept();
    },
  })),
);

const silences: Outage[] = protocols.map((protocol) => ({
  name: `${protocol} says nothing any more`,
  hits: [protocol],
  begin: ({ lines }) => lines[protocol].stall(),
  end: ({ lines }) => lines[protocol].resume(),
}));

/** The old connections never come to life again. */
const sleeps: Outage[] = [1, 24].map((hours) => ({
  name: `${hours} h asleep, every open connection dead`,
  hits: [],
  begin(desk) {
    for (const line of everyLine(desk)) line.freeze();
    desk.machine({ clockMs: hours * hourMs });
  },
  end: (desk) => desk.machine({}),
}));

const clocks: Outage[] = [dayMs, -dayMs].map((clockMs) => ({
  name: `the clock set ${clockMs > 0 ? 'forward' : 'back'} by a day`,
  hits: [],
  begin: (desk) => desk.machine({ clockMs }),
  end: (desk) => desk.machine({}),
}));

/** Whoever is connected does not ask for names: the connections go, too. */
const names: Outage[] = ['ENOTFOUND', 'EAI_AGAIN'].map((code) => ({
  name: `name servers say ${code}`,
  hits: protocols,
  begin(desk) {
    desk.machine({ names: code });
    for (const line of everyLine(desk)) line.dropAll();
  },
  end: (desk) => desk.machine({}),
}));

const brokenIpv6: Outage = {
  name: 'IPv6 leads nowhere',
  hits: [],
  begin(desk) {
    desk.machine({ names: ['2001:db8::1', '127.0.0.1'] });
    for (const line of everyLine(desk)) line.dropAll();
  },
  end: (desk) => desk.machine({}),
};

/** Without a pause by which one could know; a call may have to find out. */
const otherNetwork: Outage = {
  name: 'another network, every open connection dead',
  hits: protocols,
  surely: false,
  begin(desk) {
    for (const line of everyLine(desk)) line.freeze();
  },
  end: () => undefined,
};

export const outages: readonly Outage[] = [
  ...restarts,
  ...silences,
  ...sleeps,
  ...clocks,
  ...names,
  brokenIpv6,
  otherNetwork,
];
