import type { Binding } from '../client/broker.ts';
import { fieldToJson } from '../client/field-json.ts';
import type { Selected } from './select.ts';
import type { TopologyExchange, TopologyQueue } from './topology.ts';

/** A topology as `--json` tells it; `hidden` only where a limit cut something off. */
export function topologyDocument({ topology, hidden }: Selected): object {
  const { vhost, version, exchanges, queues, bindings, gaps } = topology;
  const isCut = hidden.exchanges + hidden.queues + hidden.bindings > 0;
  return {
    vhost,
    ...(version === undefined ? {} : { version }),
    exchanges: exchanges.map(exchangeDocument),
    queues: queues.map(queueDocument),
    bindings: bindings.map(bindingDocument),
    ...(isCut ? { hidden } : {}),
    ...(gaps.length === 0 ? {} : { gaps }),
  };
}

/** A binding as `--json` tells it. */
export function bindingDocument({ source, destination, destinationType, routingKey, arguments: table }: Binding): object {
  return { source, destination, destinationType, routingKey, arguments: fieldToJson(table) };
}

function exchangeDocument({ arguments: table, alternate, ...facts }: TopologyExchange): object {
  return { ...facts, arguments: fieldToJson(table), ...(alternate === undefined ? {} : { alternateExchange: alternate.value }) };
}

/** What holds for the queue stands under `settings`, each with what made it so. */
function queueDocument({ arguments: table, settings, ...facts }: TopologyQueue): object {
  return { ...facts, arguments: fieldToJson(table), settings };
}
