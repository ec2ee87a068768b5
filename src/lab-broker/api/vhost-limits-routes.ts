import type { VhostLimits } from '../entities/realm.ts';
import { type Answer, badRequest, found, missingKeys, NOT_FOUND, put } from './answer.ts';
import { termOf } from './erlang-term.ts';
import { type ApiRequest, get, type Route } from './request.ts';

/** How much there may be in a virtual host. */
export const VHOST_LIMITS: readonly Route[] = [
  get('/api/vhost-limits', 'management', ({ realm, user }) =>
    found(
      [...realm.limits]
        .filter(([vhost]) => user.tags.includes('administrator') || user.permissions.has(vhost))
        .map(([vhost, value]) => ({ vhost, value })),
    ),
  ),
  get('/api/vhost-limits/:vhost', 'management', ({ realm, params }) => {
    const { vhost = '' } = params;
    const value = realm.limits.get(vhost) ?? {};
    if (!realm.vhosts.has(vhost)) return NOT_FOUND;
    return found(Object.keys(value).length === 0 ? [] : [{ vhost, value }]);
  }),
  { method: 'PUT', path: '/api/vhost-limits/:vhost/:limit', audience: 'administrator', handle: putLimit },
  { method: 'DELETE', path: '/api/vhost-limits/:vhost/:limit', audience: 'administrator', handle: deleteLimit },
];

const NO_VHOST: Answer = { status: 404, body: { error: 'not_found', reason: 'vhost_not_found' } };

function putLimit({ realm, params, body }: ApiRequest): Answer {
  const { vhost = '', limit = '' } = params;
  if (!realm.vhosts.has(vhost)) return NO_VHOST;
  const missing = missingKeys(body, ['value']);
  if (missing !== undefined) return missing;
  const { value } = body;
  if (!isLimit(limit)) return badRequest(`Validation failed\n\nUnrecognised terms [{<<"${limit}">>,${termOf(value)}}] in limits\n`);
  if (!Number.isSafeInteger(value)) {
    return badRequest(`Validation failed\n\n${limit} should be a number, actually was ${termOf(value)}\n`);
  }
  realm.setLimits(vhost, { ...realm.limits.get(vhost), [limit]: value as number });
  return put(false);
}

function deleteLimit({ realm, params }: ApiRequest): Answer {
  const { vhost = '', limit = '' } = params;
  if (!realm.vhosts.has(vhost)) return NO_VHOST;
  const known = realm.limits.get(vhost);
  if (known !== undefined && isLimit(limit)) {
    const { [limit]: _, ...others } = known;
    realm.setLimits(vhost, others);
  }
  return put(false);
}

function isLimit(name: string): name is keyof VhostLimits {
  return name === 'max-connections' || name === 'max-queues';
}
