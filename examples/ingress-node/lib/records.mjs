/** What Kafka is told of an upload. */

import { NO_METADATA, textOnly } from './metadata.mjs';

const READS_TEXT_ONLY = new Set(['playbook', 'playbook-sat']);

/** The announcement of a stored upload: `{key, headers, value}`, the key null without a queue_key. */
export function announcement({ requestId, identity, contentType, service, category, size, metadata, url }) {
  const told = metadata ?? NO_METADATA;
  return {
    key: metadata?.queue_key || null,
    headers: { service },
    value: JSON.stringify({
      account: identity.account,
      category,
      content_type: contentType,
      metadata: READS_TEXT_ONLY.has(service) ? textOnly(told) : told,
      request_id: requestId,
      principal: identity.org,
      org_id: identity.org,
      service,
      size,
      url,
      b64_identity: identity.header,
      timestamp: new Date().toISOString(),
    }),
  };
}

/** How far an upload is, for the payload tracker. */
export function payloadStatus({ requestId, identity }, status, message) {
  return {
    value: JSON.stringify({
      service: 'ingress',
      account: identity.account,
      org_id: identity.org,
      request_id: requestId,
      status,
      status_msg: message,
      date: new Date().toISOString(),
    }),
  };
}
