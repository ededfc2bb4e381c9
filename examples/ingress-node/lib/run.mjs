/** The program: its parts put together, started, and ended. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { readConfig } from './config.mjs';
import { log } from './log.mjs';
import { Metrics } from './metrics.mjs';
import { kafkaClient, Outbox } from './outbox.mjs';
import { announcement } from './records.mjs';
import { Storage } from './storage.mjs';
import { fits, Uploads } from './upload.mjs';
import { metricsServer, webServer } from './web.mjs';

const GRACE = 500; // milliseconds for what is under way when the program is asked to end

/** What can be put in another's place. */
export const PARTS = { fits, announcement, Storage };

/** Name and version. */
export function version() {
  const { name, version: number } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return `${name} ${number}`;
}

function start(config, parts) {
  const kafka = kafkaClient(config.kafka.brokers);
  const announcements = new Outbox(kafka, config.kafka.announceTopic);
  const statuses = new Outbox(kafka, config.kafka.trackerTopic);
  const uploads = new Uploads(config, new parts.Storage(config.storage), announcements, statuses, parts);
  const metrics = new Metrics();
  const outboxes = { [config.kafka.announceTopic]: announcements, [config.kafka.trackerTopic]: statuses };
  const web = webServer(uploads, config, metrics.answered).listen(config.webPort);
  const watched = metricsServer(() => metrics.text(outboxes)).listen(config.metricsPort);
  announcements.open();
  statuses.open();
  return { servers: [web, watched], outboxes: [announcements, statuses] };
}

async function end({ servers, outboxes }) {
  await Promise.all(
    servers.map((server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      return closed;
    }),
  );
  await Promise.all(outboxes.map((outbox) => outbox.close()));
}

/** Runs until SIGTERM or SIGINT, or prints what it is. */
export async function run(parts = PARTS, name = version()) {
  if (process.argv.includes('--version')) {
    process.stdout.write(`${name}\n`);
    return;
  }
  let running;
  try {
    running = start(readConfig(process.env), parts);
    await Promise.all(running.servers.map((server) => once(server, 'listening')));
  } catch (error) {
    log(error.message);
    process.exit(1);
  }
  log(`${name} listens on ${running.servers.map((server) => server.address().port).join(' and ')}`);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
      await Promise.race([end(running), pause(GRACE)]);
      const left = running.outboxes.reduce((sum, { length }) => sum + length, 0);
      log(left ? `ends, and ${left} records are lost` : 'ends');
      process.exit(0);
    });
  }
}
