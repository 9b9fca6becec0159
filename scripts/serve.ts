/** Files over HTTP for browsers under test. What a page posts to /result is handed over. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface Site {
  readonly url: string;
  /** The next thing that a page posts. @throws after `seconds`. */
  posted(seconds: number): Promise<string>;
  close(): void;
}

/** @param policies content security policies: `/name/x.html` is x.html under policies.name. */
export async function serve(folder: string, policies: Readonly<Record<string, string>> = {}): Promise<Site> {
  let deliver: ((text: string) => void) | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    if (request.method === 'POST' && pathname === '/result') {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        response.end();
        deliver?.(text);
      });
      return;
    }
    const [, first, ...rest] = pathname.split('/');
    const policy = first === undefined ? undefined : policies[first];
    const path = normalize(join(folder, policy === undefined ? pathname : rest.join('/')));
    try {
      if (!path.startsWith(normalize(folder + sep))) throw new Error('outside');
      const body = readFileSync(path);
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      if (policy !== undefined) response.setHeader('content-security-policy', policy);
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted(seconds) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`the page posted nothing within ${seconds} s`)),
          seconds * 1000,
        );
        deliver = (text) => {
          clearTimeout(timer);
          resolve(text);
        };
      });
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
