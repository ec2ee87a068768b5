import type { Realm } from '../entities/realm.ts';
import { REFERENCE_VERSION } from '../greeting.ts';
import { countMessages, noRates } from './message-counts.ts';
import { NODE } from './node-name.ts';
import { clusterName } from './parameters-routes.ts';

/** The broker at a glance. It names the RabbitMQ whose behaviour it shows; `product_name` says what it is. */
export function overviewView(realm: Realm, ports: { readonly amqp: number; readonly api: number }) {
  const vhosts = [...realm.vhosts.values()];
  const queues = vhosts.flatMap(({ topology }) => [...topology.queues.values()]);
  const counts = countMessages(queues);
  const listener = (protocol: string, port: number) => ({ node: NODE, protocol, ip_address: '127.0.0.1', port });
  return {
    management_version: REFERENCE_VERSION,
    rabbitmq_version: REFERENCE_VERSION,
    product_name: 'rmq-lab',
    product_version: REFERENCE_VERSION,
    cluster_name: clusterName(realm.globalParameters),
    node: NODE,
    rates_mode: 'none',
    exchange_types: ['direct', 'fanout', 'headers', 'topic'].map((name) => ({
      name,
      description: `AMQP ${name} exchange, as per the AMQP specification`,
      enabled: true,
    })),
    queue_totals: { ...counts, ...noRates(counts) },
    object_totals: {
      channels: [...realm.connections].reduce((sum, { channels }) => sum + channels.size, 0),
      connections: realm.connections.size,
      consumers: queues.reduce((sum, { consumers }) => sum + consumers.length, 0),
      exchanges: vhosts.reduce((sum, { topology }) => sum + topology.exchanges.size, 0),
      queues: queues.length,
    },
    listeners: [listener('amqp', ports.amqp), listener('http', ports.api)],
    message_stats: {},
    disable_stats: false,
    enable_queue_totals: false,
    default_queue_type: 'classic',
    contexts: [{ node: NODE, description: 'RabbitMQ Management', path: '/', ip: '127.0.0.1', port: String(ports.api) }],
  };
}
