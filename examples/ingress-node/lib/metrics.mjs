/** What is counted, as Prometheus reads it. */

const line = (name, label, value, number) => `${name}{${label}="${value}"} ${number}`;

export class Metrics {
  #answers = new Map();

  answered = (status) => this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);

  /** The text; `outboxes` by topic. */
  text(outboxes) {
    return [
      '# TYPE ingress_upload_answers_total counter',
      ...[...this.#answers].map(([status, count]) => line('ingress_upload_answers_total', 'status', status, count)),
      '# TYPE ingress_records_waiting gauge',
      ...Object.entries(outboxes).map(([topic, { length }]) => line('ingress_records_waiting', 'topic', topic, length)),
      '',
    ].join('\n');
  }
}
