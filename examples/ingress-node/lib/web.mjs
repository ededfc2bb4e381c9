/** The two HTTP servers: which request is answered by what. */

import { randomInt } from 'node:crypto';
import http from 'node:http';
import { hostname } from 'node:os';

import { BadIdentity, NOBODY, readIdentity } from './identity.mjs';
import { log } from './log.mjs';

const BASES = ['/api/ingress/v1', '/r/insights/platform/ingress/v1'];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const RUN = Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
const ALIVE = { status: 200, text: 'lubdub' };
const CONNECTIONS_LAST = 75_000; // milliseconds idle: longer than proxies in front keep theirs

let requests = 0;
const newRequestId = () => `${hostname()}/${RUN}-${String(++requests).padStart(6, '0')}`;

function send(response, { status, text = '', json, type = 'text/plain; charset=utf-8' }) {
  const body = json ? JSON.stringify(json) : text;
  response.statusCode = status;
  if (body) response.setHeader('Content-Type', json ? 'application/json' : type);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

function serve(answer) {
  const server = http.createServer((request, response) => {
    Promise.resolve()
      .then(() => answer(request))
      .catch((error) => {
        if (error instanceof BadIdentity) return { status: 400, text: `Bad Request: ${error.message}` };
        log(`${request.method} ${request.url}: ${error.stack}`);
        return { status: 500 };
      })
      .then((answered) => send(response, answered));
  });
  server.keepAliveTimeout = CONNECTIONS_LAST;
  return server;
}

function routes(uploads, config) {
  const identityOf = (request) => (config.authenticated ? readIdentity(request.headers['x-rh-identity']) : NOBODY);
  const table = new Map([['/', { GET: () => ALIVE }]]);
  for (const base of BASES) {
    const home = { GET: (request) => identityOf(request) && ALIVE };
    table.set(base, home).set(`${base}/`, home);
    table.set(`${base}/version`, { GET: () => ({ status: 200, json: { version: '', commit: config.commit } }) });
    table.set(`${base}/upload`, {
      POST: (request, query) => {
        const requestId = request.headers['x-rh-insights-request-id'] || newRequestId();
        return uploads.answer(request, query, requestId, identityOf(request));
      },
    });
  }
  return table;
}

/** The server for clients, not yet listening; `answered(status)` is told of each upload's answer. */
export function webServer(uploads, config, answered) {
  const table = routes(uploads, config);
  return serve(async (request) => {
    const [path, query = ''] = request.url.split('?');
    const methods = table.get(path);
    if (!methods) return { status: 404, text: 'Not found' };
    const handler = methods[request.method];
    if (!handler) return { status: 405 };
    const answer = await handler(request, new URLSearchParams(query));
    if (request.method === 'POST') answered(answer.status);
    return answer;
  });
}

/** The server for those who watch, not yet listening: `metrics()` is Prometheus's text. */
export function metricsServer(metrics) {
  return serve((request) => {
    if (request.url === '/metrics') return { status: 200, text: metrics(), type: 'text/plain; version=0.0.4' };
    return request.url === '/' ? ALIVE : { status: 404, text: 'Not found' };
  });
}
