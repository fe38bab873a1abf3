import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

export interface HttpRequest {
  url: string;
  method: string;
  user: string;
  password: string;
  /** PEM file to trust instead of the system's authorities, where the URL says https. */
  caFile?: string | undefined;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One request with Basic authentication, on a connection of its own: what any other program would do. */
export async function httpRequest({
  url,
  method,
  headers,
  body = '',
  ...rest
}: HttpRequest): Promise<HttpAnswer> {
  const { user, password, caFile } = rest;
  const options = {
    method,
    headers: { 'content-length': Buffer.byteLength(body), ...headers },
    auth: `${user}:${password}`,
    agent: false,
  };
  return await new Promise((resolve, reject) => {
    const outgoing = url.startsWith('https:')
      ? tlsRequest(url, { ...options, ...(caFile ? { ca: readFileSync(caFile) } : {}) })
      : plainRequest(url, options);
    outgoing.on('error', reject).on('response', (response) => {
      answerOf(response).then(resolve, reject);
    });
    outgoing.end(body);
  });
}

async function answerOf(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode: status = 0, headers } = response;
  return { status, headers, text: Buffer.concat(chunks).toString() };
}
