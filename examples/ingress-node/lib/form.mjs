/** The multipart body of an upload. */

import multiparty from 'multiparty';

import { Spool } from './spool.mjs';

const FILES = ['file', 'upload'];
const MOST_METADATA = 1024 * 1024;

async function text(part) {
  const chunks = [];
  let size = 0;
  for await (const chunk of part) {
    size += chunk.length;
    if (size <= MOST_METADATA) chunks.push(chunk);
  }
  return size <= MOST_METADATA ? Buffer.concat(chunks).toString('utf8') : '';
}

/**
 * Reads a whole body. `capacity(contentType)` says how many bytes of a file are worth keeping.
 * Rejects where the body is no multipart form, or ends early.
 */
export class Form {
  #files = new Map();
  #pending = [];
  /** The text of the part metadata, null where there is none. */
  metadata = null;

  static async read(request, capacity) {
    const form = new Form();
    const parser = new multiparty.Form();
    try {
      await new Promise((resolve, reject) => {
        parser.on('part', (part) => form.#accept(part, capacity));
        parser.on('close', resolve);
        parser.on('error', reject);
        parser.parse(request);
      });
      await Promise.all(form.#pending);
      return form;
    } catch (error) {
      await form.close();
      throw error;
    }
  }

  /** The payload, `{contentType, spool}`: the file named file, else the one named upload, else undefined. */
  get payload() {
    return FILES.map((name) => this.#files.get(name)).find(Boolean);
  }

  async close() {
    await Promise.allSettled(this.#pending);
    await Promise.all([...this.#files.values()].map(({ spool }) => spool?.close()));
  }

  #accept(part, capacity) {
    // The parser only emits a part's error; who iterates over the part later must find it broken.
    part.on('error', (error) => part.destroy(error));
    const taken = this.#take(part, capacity);
    taken.catch(() => {});
    this.#pending.push(taken);
  }

  async #take(part, capacity) {
    const contentType = part.headers['content-type'];
    if (part.filename && FILES.includes(part.name) && !this.#files.has(part.name)) {
      const file = { contentType };
      this.#files.set(part.name, file);
      file.spool = await Spool.of(part, capacity(contentType));
    } else if (part.name === 'metadata' && this.metadata === null) {
      this.metadata = '';
      this.metadata = await text(part);
    } else {
      part.resume();
    }
  }
}
