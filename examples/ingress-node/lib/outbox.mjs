/** Records on their way to one topic: in order, in memory, tried until Kafka has them. */

import { setTimeout as pause } from 'node:timers/promises';

import { Kafka, logLevel, Partitioners } from 'kafkajs';

import { log } from './log.mjs';

const AT_ONCE = 100;
const BETWEEN_TRIES = 250; // milliseconds

/** A client of Kafka that says on stderr what is wrong, and nothing else. */
export function kafkaClient(brokers) {
  return new Kafka({
    clientId: 'ingress-node',
    brokers,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    logLevel: logLevel.ERROR,
    logCreator: () => ({ namespace, log: { message, error } }) =>
      log(`kafka: ${namespace}: ${message}${error ? `: ${error}` : ''}`),
  });
}

export class Outbox {
  #topic;
  #producer;
  #connected = false;
  #queue = [];
  #work = null;

  constructor(kafka, topic) {
    this.#topic = topic;
    this.#producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  /** How many records Kafka does not have yet. */
  get length() {
    return this.#queue.length;
  }

  /** Connects ahead of the first record; that Kafka is away is no error. */
  open() {
    this.#work ??= this.#deliver();
  }

  /** Takes `{key, headers, value}` over, at once. */
  put(record) {
    this.#queue.push(record);
    this.open();
  }

  /** Resolves when everything that was taken over is delivered, and the connection is closed. */
  async close() {
    while (this.#work) await this.#work;
    await this.#producer.disconnect();
  }

  async #deliver() {
    do {
      try {
        await this.#deliverSome();
      } catch (error) {
        log(`${this.#topic}: ${this.#queue.length} records wait for Kafka: ${error.message}`);
        await pause(BETWEEN_TRIES);
      }
    } while (this.#queue.length > 0);
    this.#work = null;
  }

  async #deliverSome() {
    if (!this.#connected) await this.#producer.connect();
    this.#connected = true;
    const messages = this.#queue.slice(0, AT_ONCE);
    if (messages.length === 0) return;
    await this.#producer.send({ topic: this.#topic, messages });
    this.#queue.splice(0, messages.length);
  }
}
