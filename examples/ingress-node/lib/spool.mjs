/** A part's content on disk, in a file without a name: whatever happens, nothing stays behind. */

import { createHash, randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Spool {
  #file;
  #hash = createHash('sha256');
  size = 0;

  constructor(file) {
    this.#file = file;
  }

  /** Reads `stream` to its end. Above `capacity` bytes it only counts, and the content is of no use. */
  static async of(stream, capacity) {
    const path = join(tmpdir(), `ingress-node-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
      const spool = new Spool(file);
      for await (const chunk of stream) await spool.#take(chunk, capacity);
      return spool;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #take(chunk, capacity) {
    this.size += chunk.length;
    if (this.size > capacity) return;
    this.#hash.update(chunk);
    await this.#file.appendFile(chunk);
  }

  /** SHA-256 of the content, in hex; asked for once. */
  digest() {
    return this.#hash.digest('hex');
  }

  content() {
    return this.#file.createReadStream({ start: 0, autoClose: false });
  }

  close() {
    return this.#file.close();
  }
}
