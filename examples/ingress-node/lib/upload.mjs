/** An upload, from its request to its answer: `{status}`, with `text` or `json`. */

import { Form } from './form.mjs';
import { log } from './log.mjs';
import { readMetadata } from './metadata.mjs';
import { payloadStatus } from './records.mjs';
import { route } from './routing.mjs';

const MOST_OF_A_TEST = 64 * 1024;
const TEST = /\{\s*"test"\s*:\s*"test"\s*\}/;

/** Whether a part of `size` bytes may be uploaded where `limit` bytes are allowed. */
export const fits = (size, limit) => size <= limit;

async function body(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MOST_OF_A_TEST) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function isTest(request, query) {
  if (query.get('test') === 'test') return true;
  const type = request.headers['content-type'] ?? '';
  if (type === 'application/json') return TEST.test(await body(request));
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return new URLSearchParams(await body(request)).get('test') === 'test';
  }
  return false;
}

function accepted(status, requestId, { account, org }) {
  const upload = { ...(account && { account_number: account }), ...(org && { org_id: org }) };
  return { status, json: { request_id: requestId, upload } };
}

export class Uploads {
  #config;
  #storage;
  #announcements;
  #statuses;
  #parts;

  /** `parts`: `fits` and `announcement`, what an upload is judged and told by. */
  constructor(config, storage, announcements, statuses, parts) {
    this.#config = config;
    this.#storage = storage;
    this.#announcements = announcements;
    this.#statuses = statuses;
    this.#parts = parts;
  }

  /** Answers a request of `identity`, its query read. */
  async answer(request, query, requestId, identity) {
    if (await isTest(request, query)) return accepted(200, requestId, identity);
    if (this.#config.deniedOrgs.has(identity.org)) return { status: 403, text: 'This organization may not upload' };
    let form;
    try {
      form = await Form.read(request, (contentType) => this.#limit(route(contentType)?.service));
    } catch (error) {
      return { status: 400, text: `Not a form with a file: ${error.message}` };
    }
    try {
      return await this.#take(form, requestId, identity);
    } finally {
      await form.close();
    }
  }

  /** How many bytes a service's part may have; none of a service that nobody may upload for. */
  #limit(service) {
    if (!this.#config.services.has(service)) return 0;
    return this.#config.sizes.get(service) ?? this.#config.defaultSize;
  }

  async #take(form, requestId, identity) {
    if (!form.payload) return { status: 400, text: 'No file named file or upload' };
    const { contentType, spool } = form.payload;
    const routed = route(contentType);
    if (!this.#config.services.has(routed?.service)) return { status: 415 };
    const limit = this.#limit(routed.service);
    if (!this.#parts.fits(spool.size, limit)) {
      return { status: 413, text: `The file has ${spool.size} bytes, more than ${limit}` };
    }
    const metadata = form.metadata === null ? null : readMetadata(form.metadata);
    const upload = { requestId, identity, contentType, ...routed, size: spool.size, metadata };
    if (!(await this.#stage(upload, spool))) return { status: 500 };
    this.#announcements.put(this.#parts.announcement({ ...upload, url: this.#storage.url(requestId) }));
    return accepted(routed.service === 'advisor' && !metadata ? 201 : 202, requestId, identity);
  }

  async #stage(upload, spool) {
    this.#statuses.put(payloadStatus(upload, 'received', 'Taken from the client'));
    try {
      await this.#storage.store(upload, spool);
    } catch (error) {
      log(`upload ${upload.requestId}: not stored: ${error.message}`);
      return false;
    }
    this.#statuses.put(payloadStatus(upload, 'success', `Handed to ${upload.service}`));
    return true;
  }
}
