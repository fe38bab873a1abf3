import { type ContentAnswer, type ContentJob, purpose } from './content-job.ts';
import { type Progress, serveJobs } from './job-server.ts';

/** This very file, which the bundler may have put elsewhere under another name. */
export const workerUrl = import.meta.url;

/** Whoever only wants the address of this module loads none of what does the work. */
async function work(job: ContentJob, progress: Progress): Promise<ContentAnswer> {
  if (job.task === 'message') {
    const [{ readMessage }] = await Promise.all([import('../message.ts'), import('../html.ts')]);
    progress.at(0);
    return await readMessage(job.input);
  }
  if (job.task === 'quote') {
    const { quotableHtml } = await import('../html/quote.ts');
    progress.at(0);
    return quotableHtml(job.input.html, job.input.options);
  }
  const { readAttachment, readPages } = await import('../attachment.ts');
  progress.at(0);
  if (job.task === 'pages') return readPages(job.input);
  return await readAttachment(job.input, pageByPage(progress));
}

function pageByPage(progress: Progress): (text: string) => void {
  let pages = 0;
  return (text) => {
    pages += 1;
    progress.piece(text);
    progress.at(pages);
  };
}

serveJobs<undefined, ContentJob, ContentAnswer>(purpose, () => work);
