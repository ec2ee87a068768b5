import { badRequest, found } from './answer.ts';
import { allDefinitions, vhostDefinitions } from './definitions.ts';
import { importAll, importInto } from './import-definitions.ts';
import { type ApiRequest, actorOf, get, type Route } from './request.ts';

/** All that is defined, to be kept and brought back. */
export const DEFINITIONS: readonly Route[] = [
  get('/api/definitions', 'administrator', ({ realm }) => found(allDefinitions(realm))),
  importing('/api/definitions', (request) => importAll(request, request.body)),
  get('/api/definitions/:vhost', 'administrator', ({ realm, params: { vhost = '' } }) =>
    realm.vhosts.has(vhost) ? found(vhostDefinitions(realm, vhost)) : badRequest('vhost_not_found'),
  ),
  importing('/api/definitions/:vhost', (request) => importInto(request, actorOf(request).vhost.name, request.body)),
];

function importing(path: string, take: (request: ApiRequest) => Promise<void>): Route {
  const handle: Route['handle'] = async (request) => {
    await take(request);
    return { status: 204 };
  };
  return { method: 'POST', path, audience: 'administrator', notJson: 'failed_to_parse_json', onlyJson: true, handle };
}
