/** Where an upload goes: service and category, by its part's own content type. */

const LEGACY = new Set(['application/x-gzip; charset=binary', 'application/gzip', 'application/gzip; charset=binary']);
const VENDOR = /application\/vnd\.redhat\.([a-z0-9-]+)\.([a-z0-9-]+)/;

/** `{service, category}`, or null where the type leads nowhere. */
export function route(contentType = '') {
  if (LEGACY.has(contentType)) return { service: 'advisor', category: 'upload' };
  const match = VENDOR.exec(contentType);
  return match && { service: match[1], category: match[2] };
}
