import type { Policy, PolicyKind } from '../entities/policies.ts';
import { type Answer, deleted, found, missingKeys, put } from './answer.ts';
import { policyOf } from './policy-input.ts';
import { type ApiRequest, type Audience, actorOf, change, get, type Route, seenVhosts } from './request.ts';

/** Policies, and those of operators. */
export const POLICIES: readonly Route[] = [
  ...routesOf('policy', '/api/policies', 'policymaker'),
  ...routesOf('operator_policy', '/api/operator-policies', 'administrator'),
];

function routesOf(kind: PolicyKind, path: string, writers: Audience): Route[] {
  const list = (request: ApiRequest) =>
    found(seenVhosts(request)?.flatMap(({ name, policies }) => policies.list(kind).map((policy) => policyView(name, policy))));
  return [
    get(path, 'management', list),
    get(`${path}/:vhost`, 'management', list),
    get(`${path}/:vhost/:policy`, 'management', ({ realm, params }) => {
      const policy = realm.vhosts.get(params.vhost ?? '')?.policies.get(kind, params.policy ?? '');
      return found(policy && policyView(params.vhost ?? '', policy));
    }),
    change('PUT', `${path}/:vhost/:policy`, writers, (request) => putPolicy(request, kind)),
    change('DELETE', `${path}/:vhost/:policy`, writers, async ({ realm, params: { vhost = '', policy = '' } }) => {
      const wasThere = realm.removePolicy(vhost, kind, policy);
      await realm.vhosts.get(vhost)?.whenConfigured();
      return deleted(wasThere);
    }),
  ];
}

async function putPolicy(request: ApiRequest, kind: PolicyKind): Promise<Answer> {
  const { realm, params, body } = request;
  const { vhost } = actorOf(request);
  const missing = missingKeys(body, ['pattern', 'definition']);
  if (missing !== undefined) return missing;
  const policy = policyOf(kind, params.policy ?? '', body);
  const isNew = vhost.policies.get(kind, policy.name) === undefined;
  realm.putPolicy(vhost.name, kind, policy);
  await vhost.whenConfigured();
  return put(isNew);
}

/** A policy as JSON. */
export function policyView(vhost: string, { name, ...policy }: Policy) {
  return { vhost, name, ...policyValue(policy) };
}

/** A policy as the value of a parameter. */
export function policyValue({ pattern, applyTo, definition, priority }: Omit<Policy, 'name'>) {
  return { pattern, 'apply-to': applyTo, definition, priority };
}
