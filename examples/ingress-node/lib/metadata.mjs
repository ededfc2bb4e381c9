/** What a client says of its upload besides, and what of it is passed on. */

const DAY = 24 * 60 * 60 * 1000;
const isText = (value) => typeof value === 'string';
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const isTextMap = (value) => typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isText);

const KEPT = {
  ip_addresses: isTexts,
  account: isText,
  org_id: isText,
  insights_id: isText,
  machine_id: isText,
  subscription_manager_id: isText,
  mac_addresses: isTexts,
  fqdn: isText,
  bios_uuid: isText,
  display_name: isText,
  ansible_host: isText,
  custom_metadata: isTextMap,
  queue_key: isText,
};

/** What is announced where there is no metadata. */
export const NO_METADATA = { reporter: '', stale_timestamp: '0001-01-01T00:00:00Z' };

/** The known members of a JSON object, with reporter and stale_timestamp; null where `text` cannot be read as one. */
export function readMetadata(text, now = Date.now()) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  const kept = Object.entries(given).filter(([name, value]) => Object.hasOwn(KEPT, name) && value !== null);
  if (!kept.every(([name, value]) => KEPT[name](value))) return null;
  return {
    ...Object.fromEntries(kept),
    reporter: 'ingress',
    stale_timestamp: new Date(now + 30 * DAY).toISOString(),
  };
}

/** Of metadata what is text: all that Playbook Dispatcher can read. */
export const textOnly = (metadata) => Object.fromEntries(Object.entries(metadata).filter(([, given]) => isText(given)));
