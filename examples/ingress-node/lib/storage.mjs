/** Object storage that speaks S3, path style. */

import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';

import aws4 from 'aws4';

const PATIENCE = 60_000; // milliseconds without progress
const hex = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
const escape = (segment) => encodeURIComponent(segment).replace(/[!'()*]/g, hex);

export class Storage {
  /** For how many seconds an announced URL can be used. */
  lifetime = 86_400;

  constructor(config) {
    this.config = config;
  }

  /** Stores an upload under its request id; rejects unless storage says that it has it. */
  async store({ requestId, identity }, spool) {
    const signed = this.#sign({
      method: 'PUT',
      path: this.#path(requestId),
      headers: {
        'Content-Type': 'application/gzip',
        'Content-Length': spool.size,
        'X-Amz-Content-Sha256': spool.digest(),
        'x-amz-meta-requestid': requestId,
        'x-amz-meta-account': identity.account,
        'x-amz-meta-org': identity.org,
      },
    });
    const status = await this.#send(signed, spool.content());
    if (status !== 200) throw new Error(`storage answered ${status}`);
  }

  /** Where anybody can get the object of a request from for `lifetime` seconds. */
  url(requestId) {
    const path = `${this.#path(requestId)}?X-Amz-Expires=${this.lifetime}`;
    const signed = this.#sign({ method: 'GET', path, signQuery: true });
    return `${this.#base}${signed.path}`;
  }

  get #base() {
    return `${this.config.tls ? 'https' : 'http'}://${this.config.endpoint}`;
  }

  #path(key) {
    return `/${escape(this.config.bucket)}/${key.split('/').map(escape).join('/')}`;
  }

  #sign(request) {
    const { endpoint, region, accessKey, secretKey } = this.config;
    return aws4.sign(
      { service: 's3', region, ...request, headers: { Host: endpoint, ...request.headers } },
      { accessKeyId: accessKey, secretAccessKey: secretKey },
    );
  }

  async #send({ method, path, headers }, content) {
    const request = (this.config.tls ? https : http).request(this.#base, { method, path, headers, agent: false });
    request.setTimeout(PATIENCE, () => request.destroy(new Error('storage does not answer')));
    const answered = new Promise((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
    });
    // Storage may answer, and hang up, before Node has noted that everything was sent: what it answers is what counts.
    const [response] = await Promise.allSettled([answered, pipeline(content, request)]);
    if (response.status === 'rejected') throw response.reason;
    response.value.resume();
    return response.value.statusCode;
  }
}
