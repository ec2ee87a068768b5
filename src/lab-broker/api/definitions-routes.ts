import { badRequest, found } from './answer.ts';
import { allDefinitions, vhostDefinitions } from './definitions.ts';
import { importAll, importInto } from './import-definitions.ts';
import { actorOf, change, get, type Route } from './request.ts';

/** All that is defined, to be kept and brought back. */
export const DEFINITIONS: readonly Route[] = [
  get('/api/definitions', 'administrator', ({ realm }) => found(allDefinitions(realm))),
  change('POST', '/api/definitions', 'administrator', (request) => {
    importAll(request, request.body);
    return { status: 204 };
  }),
  get('/api/definitions/:vhost', 'administrator', ({ realm, params: { vhost = '' } }) =>
    realm.vhosts.has(vhost) ? found(vhostDefinitions(realm, vhost)) : badRequest('vhost_not_found'),
  ),
  change('POST', '/api/definitions/:vhost', 'administrator', (request) => {
    importInto(request, actorOf(request).vhost.name, request.body);
    return { status: 204 };
  }),
];
