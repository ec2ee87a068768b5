import type { Realm } from '../entities/realm.ts';
import type { Vhost } from '../entities/vhost.ts';
import { REFERENCE_VERSION } from '../greeting.ts';
import { bindingView } from './binding-view.ts';
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

/** All that is defined on a broker, as JSON. */
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
    queues: vhosts.flatMap(queuesOf),
    exchanges: vhosts.flatMap(exchangesOf),
    bindings: vhosts.flatMap(bindingsOf),
  };
}

/** All that is defined in a virtual host, as JSON that another one may take. */
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
    queues: vhosts.flatMap(queuesOf).map(withoutVhost),
    exchanges: vhosts.flatMap(exchangesOf).map(withoutVhost),
    bindings: vhosts.flatMap(bindingsOf).map(withoutVhost),
  };
}

function notesOf(realm: Realm, { name }: Vhost) {
  const notes = realm.notes.get(name) ?? { description: name === '/' ? 'Default virtual host' : '', tags: [] };
  return { ...notes, default_queue_type: 'classic' };
}

/** Those that belong to a connection end with it, so they are no part of any definition. */
function queuesOf({ name: vhost, topology }: Vhost) {
  const queues = [...topology.queues.values()].filter(({ owner }) => owner === undefined);
  return queues.map(({ name, type, durable, autoDelete, arguments: table }) => ({
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    arguments: { ...plainTable(table), 'x-queue-type': type },
  }));
}

function exchangesOf({ name: vhost, topology }: Vhost) {
  const exchanges = [...topology.exchanges.values()].filter(({ name, internal }) => name !== '' && !name.startsWith('amq.') && !internal);
  return exchanges.map(({ name, type, durable, autoDelete, arguments: table }) => ({
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    arguments: plainTable(table),
  }));
}

function bindingsOf({ name, topology }: Vhost) {
  const bindings = [...topology.exchanges.values()].flatMap((exchange) => [...exchange.bindings.values()]);
  const lasting = bindings.filter(({ destination }) => !('owner' in destination) || destination.owner === undefined);
  return lasting.map((binding) => {
    const { properties_key, ...view } = bindingView(name, binding);
    return view;
  });
}

function withoutVhost<T extends { readonly vhost: string }>({ vhost, ...rest }: T): Omit<T, 'vhost'> {
  return rest;
}
