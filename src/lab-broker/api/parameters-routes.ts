import type { VhostLimits } from '../entities/realm.ts';
import type { Vhost } from '../entities/vhost.ts';
import { badRequest, deleted, found, missingKeys, put } from './answer.ts';
import { CLUSTER_NAME } from './node-name.ts';
import { policyValue } from './policies-routes.ts';
import { type ApiRequest, change, get, type Route, seenVhosts } from './request.ts';
import { textIn } from './values.ts';

/**
 * What is kept under names. Parameters of a virtual host show its limits and the operator's policies, which have paths of their own to be
 * changed by; no component of the lab broker has others.
 */
export const PARAMETERS: readonly Route[] = [
  get('/api/parameters', 'policymaker', (request) => found(parametersSeen(request))),
  get('/api/parameters/:component', 'policymaker', (request) => found(parametersSeen(request))),
  get('/api/parameters/:component/:vhost', 'policymaker', (request) => found(parametersSeen(request))),
  get('/api/parameters/:component/:vhost/:name', 'policymaker', (request) =>
    found(parametersSeen(request)?.find(({ name }) => name === request.params.name)),
  ),
  change('PUT', '/api/parameters/:component/:vhost/:name', 'policymaker', ({ params, body }) => {
    return missingKeys(body, ['value']) ?? badRequest(`Validation failed\n\ncomponent ${params.component} not found\n`);
  }),
  change('DELETE', '/api/parameters/:component/:vhost/:name', 'policymaker', () => deleted(false)),
  get('/api/global-parameters', 'policymaker', ({ realm }) => found([...realm.globalParameters].map(([name, value]) => ({ name, value })))),
  get('/api/global-parameters/:name', 'policymaker', ({ realm, params: { name = '' } }) =>
    found(realm.globalParameters.has(name) ? { name, value: realm.globalParameters.get(name) } : undefined),
  ),
  change('PUT', '/api/global-parameters/:name', 'policymaker', ({ realm, params: { name = '' }, body }) => {
    const missing = missingKeys(body, ['value']);
    if (missing !== undefined) return missing;
    const isNew = !realm.globalParameters.has(name);
    realm.putGlobalParameter(name, body.value);
    return put(isNew);
  }),
  change('DELETE', '/api/global-parameters/:name', 'policymaker', ({ realm, params }) =>
    deleted(realm.removeGlobalParameter(params.name ?? '')),
  ),
  get('/api/cluster-name', 'management', ({ realm }) => found({ name: clusterName(realm.globalParameters) })),
  change('PUT', '/api/cluster-name', 'administrator', ({ realm, body }) => {
    const missing = missingKeys(body, ['name']);
    if (missing !== undefined) return missing;
    realm.putGlobalParameter('cluster_name', textIn(body, 'name'));
    return put(false);
  }),
];

/** What the broker is called. */
export function clusterName(parameters: ReadonlyMap<string, unknown>): string {
  return String(parameters.get('cluster_name') ?? CLUSTER_NAME);
}

/** A parameter of a virtual host. */
export interface Parameter {
  readonly component: string;
  readonly vhost: string;
  readonly name: string;
  readonly value: unknown;
}

/** All parameters of a virtual host but its policies, as JSON. */
export function parametersOf({ name: vhost, policies }: Vhost, limits: ReadonlyMap<string, VhostLimits>): Parameter[] {
  const value = limits.get(vhost) ?? {};
  return [
    ...(Object.keys(value).length === 0 ? [] : [{ component: 'vhost-limits', vhost, name: 'limits', value }]),
    ...policies.list('operator_policy').map(({ name, ...policy }) => ({
      component: 'operator_policy',
      vhost,
      name,
      value: policyValue(policy),
    })),
  ];
}

function parametersSeen(request: ApiRequest): Parameter[] | undefined {
  const { realm, params } = request;
  const all = seenVhosts(request)?.flatMap((vhost) => {
    const own = vhost.policies.list('policy').map(({ name, ...policy }): Parameter => {
      return { component: 'policy', vhost: vhost.name, name, value: policyValue(policy) };
    });
    return [...parametersOf(vhost, realm.limits), ...(params.component === 'policy' ? own : [])];
  });
  return all?.filter(({ component }) => params.component === undefined || component === params.component);
}
