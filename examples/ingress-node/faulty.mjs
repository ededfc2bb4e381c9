/** The same program with three parts put in others' places: the faults that faulty.yaml states. */

import { PARTS, run, version } from './lib/run.mjs';

const fits = (size, limit) => size < limit;

function announcement(upload) {
  const record = PARTS.announcement(upload);
  return { ...record, key: record.key ?? upload.identity.org };
}

class Storage extends PARTS.Storage {
  lifetime = 3_600;
}

await run({ fits, announcement, Storage }, `${version()} (faulty)`);
