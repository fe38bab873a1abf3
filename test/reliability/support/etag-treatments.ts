import type { CalendarDesk } from './calendar-desk.ts';
import type { FrontHooks, PassedAnswer } from './dav-front.ts';

/** How a server treats ETags; `strong` as it should. `old in REPORT`: that of an earlier version, as Open-Xchange does. */
export const treatments = ['strong', 'weak', 'none', 'changed by PUT', 'old in REPORT'] as const;
export type Treatment = (typeof treatments)[number];

const inXml = /(<(?:\w+:)?getetag[^>]*>)([^<]*)(<)/gu;

export function treated(treatment: Treatment, desk: CalendarDesk): NonNullable<FrontHooks['after']> {
  return ({ method, path }, answer) => {
    switch (treatment) {
      case 'weak':
        return withTags(answer, (tag) => `W/${tag}`);
      case 'none':
        return withTags(answer, () => '');
      case 'old in REPORT':
        return method === 'REPORT'
          ? withTags(answer, (tag) => tag.replace(/("|&quot;)?$/u, '-old$1'))
          : answer;
      case 'changed by PUT': {
        const name = decodeURIComponent(path.split('/').at(-1) ?? '');
        const body = desk.calendar().resources.get(name)?.body;
        // The server adds something of its own once it has answered.
        if (method === 'PUT' && body) desk.calendar().put(name, body.replace('PRODID:', 'PRODID:x'));
        return answer;
      }
      default:
        return answer;
    }
  };
}

function withTags({ status, headers, body }: PassedAnswer, change: (tag: string) => string): PassedAnswer {
  const { etag, ...others } = headers;
  const now = etag === undefined ? '' : change(String(etag));
  return {
    status,
    headers: now === '' ? others : { ...others, etag: now },
    body: body.replace(
      inXml,
      (_, open: string, tag: string, close: string) => `${open}${change(tag)}${close}`,
    ),
  };
}
