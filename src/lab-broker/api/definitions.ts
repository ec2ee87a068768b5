import type { Binding } from '../entities/binding.ts';
import type { Exchange } from '../entities/exchange.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import type { Realm } from '../entities/realm.ts';
import type { Vhost } from '../entities/vhost.ts';
import { REFERENCE_VERSION } from '../greeting.ts';
import { bindingView } from './binding-view.ts';
import { draftOf, Listing } from './listing.ts';
import { clusterName, parametersOf } from './parameters-routes.ts';
import { plainTable } from './plain-value.ts';
import { policyView } from './policies-routes.ts';
import { permissionViews, topicPermissionViews, userView } from './user-view.ts';

const VERSIONS = {
  rabbit_version: REFERENCE_VERSION,
  rabbitmq_version: REFERENCE_VERSION,
  product_name: 'rmq-lab',
  product_version: REFERENCE_VERSION,
};

/** All that is defined on a broker, as JSON with listings of what there may be many of. */
export function allDefinitions(realm: Realm) {
  const vhosts = [...realm.vhosts.values()];
  const users = [...realm.users.values()];
  const name = clusterName(realm.globalParameters);
  return {
    ...VERSIONS,
    rabbitmq_definition_format: 'cluster',
    original_cluster_name: name,
    explanation: `Definitions of cluster '${name}'`,
    users: users.map(userView),
    vhosts: vhosts.map((vhost) => ({ name: vhost.name, metadata: notesOf(realm, vhost), limits: realm.limits.get(vhost.name) ?? {} })),
    permissions: users.flatMap(permissionViews),
    topic_permissions: users.flatMap(topicPermissionViews),
    parameters: vhosts.flatMap((vhost) => parametersOf(vhost, realm.limits)),
    global_parameters: [...realm.globalParameters].map(([name, value]) => ({ name, value })),
    policies: vhosts.flatMap((vhost) => vhost.policies.list('policy').map((policy) => policyView(vhost.name, policy))),
    queues: listed(vhosts, queuesOf, queueDefinition),
    exchanges: listed(vhosts, exchangesOf, exchangeDefinition),
    bindings: listed(vhosts, bindingsOf, bindingDefinition),
  };
}

/** All that is defined in a virtual host, in the same way, as another one may take it. */
export function vhostDefinitions(realm: Realm, name: string) {
  const vhost = realm.vhosts.get(name);
  const vhosts = vhost === undefined ? [] : [vhost];
  const metadata = vhost && notesOf(realm, vhost);
  return {
    ...VERSIONS,
    rabbitmq_definition_format: 'single_virtual_host',
    original_vhost_name: name,
    explanation: `Definitions of virtual host '${name}'`,
    description: metadata?.description,
    metadata,
    limits: realm.limits.get(name) ?? {},
    parameters: vhosts.flatMap((one) => parametersOf(one, realm.limits)).map(withoutVhost),
    policies: vhosts.flatMap(({ policies }) => policies.list('policy').map((policy) => withoutVhost(policyView(name, policy)))),
    queues: listed(vhosts, queuesOf, (queue) => withoutVhost(queueDefinition(queue, name))),
    exchanges: listed(vhosts, exchangesOf, (exchange) => withoutVhost(exchangeDefinition(exchange, name))),
    bindings: listed(vhosts, bindingsOf, (binding) => withoutVhost(bindingDefinition(binding, name))),
  };
}

function notesOf(realm: Realm, { name }: Vhost) {
  const notes = realm.notes.get(name) ?? { description: name === '/' ? 'Default virtual host' : '', tags: [] };
  return { ...notes, default_queue_type: 'classic' };
}

function listed<T>(vhosts: readonly Vhost[], itemsOf: (vhost: Vhost) => T[], view: (item: T, vhost: string) => object): Listing {
  return new Listing(vhosts.flatMap((vhost) => itemsOf(vhost).map((item) => draftOf(() => ({ ...view(item, vhost.name) })))));
}

/** Those that belong to a connection end with it, so they are no part of any definition. */
function queuesOf({ topology }: Vhost): VhostQueue[] {
  return [...topology.queues.values()].filter(({ owner }) => owner === undefined);
}

function queueDefinition({ name, type, durable, autoDelete, arguments: table }: VhostQueue, vhost: string) {
  return {
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    arguments: { ...plainTable(table), 'x-queue-type': type },
  };
}

function exchangesOf({ topology }: Vhost): Exchange[] {
  return [...topology.exchanges.values()].filter(({ name, internal }) => name !== '' && !name.startsWith('amq.') && !internal);
}

function exchangeDefinition({ name, type, durable, autoDelete, arguments: table }: Exchange, vhost: string) {
  return {
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    arguments: plainTable(table),
  };
}

function bindingsOf({ topology }: Vhost): Binding[] {
  const bindings = [...topology.exchanges.values()].flatMap((exchange) => [...exchange.bindings.values()]);
  return bindings.filter(({ destination }) => !('owner' in destination) || destination.owner === undefined);
}

function bindingDefinition(binding: Binding, vhost: string) {
  const { properties_key, ...view } = bindingView(vhost, binding);
  return view;
}

function withoutVhost<T extends { readonly vhost: string }>({ vhost, ...rest }: T): Omit<T, 'vhost'> {
  return rest;
}
