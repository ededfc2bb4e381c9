/** Whom a request is made for, as the gateway in front says in `x-rh-identity`. */

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** An identity that cannot be used; its message is the answer's text. */
export class BadIdentity extends Error {}

/** Nobody: what uploads are made for where identities are not asked for. */
export const NOBODY = { org: '', account: '', header: '' };

function decoded(header) {
  if (!BASE64.test(header)) throw new BadIdentity('x-rh-identity is not base64');
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8'))?.identity;
  } catch {
    throw new BadIdentity('x-rh-identity is not JSON');
  }
}

/** `{org, account, header}` of a header's value; the account is '' where there is none. Throws BadIdentity. */
export function readIdentity(header) {
  if (!header) throw new BadIdentity('missing x-rh-identity header');
  const identity = decoded(header);
  if (typeof identity?.type !== 'string' || !identity.type) throw new BadIdentity('x-rh-identity has no type');
  const org = identity.org_id || identity.internal?.org_id;
  if (typeof org !== 'string' || !org) throw new BadIdentity('x-rh-identity has no org_id');
  return { org, account: String(identity.account_number ?? ''), header };
}
