import type { RunningBroker, RunningNode } from '../engines/engine.ts';
import { serverView } from './server-view.ts';

/** A broker that was brought up, in lines of `name: value`. */
export function brokerView({ engine, url, api, pid, version, nodes, lesson }: RunningBroker): string {
  const first = `broker:      ${serverView({ product: 'RabbitMQ', version, lab: engine === 'lab' })}`;
  if (nodes !== undefined && nodes.length > 1) return [first, ...nodes.flatMap(nodeLines)].join('\n');
  const more = lesson === undefined ? [] : [`lesson:      ${lesson.id}, in the vhost ${lesson.vhost}; it ends with it`];
  return [first, `url:         ${url}`, `management:  ${api}`, `process:     ${pid}`, ...more].join('\n');
}

function nodeLines({ node, name, url, api, pid }: RunningNode): string[] {
  return [`node ${node}:      ${name}, ${pid === undefined ? 'down' : `process ${pid}`}`, `  url:         ${url}`, `  management:  ${api}`];
}

/** The same as a document: what is kept between runs and concerns nobody else is left out. */
export function brokerDocument({ engine, url, api, pid, version, nodes, lesson }: RunningBroker): object {
  return {
    engine,
    url,
    api,
    pid,
    version,
    ...(nodes === undefined ? {} : { nodes: nodes.map(nodeDocument) }),
    ...(lesson === undefined ? {} : { lesson }),
  };
}

function nodeDocument({ node, name, url, api, pid }: RunningNode): object {
  return { node, name, url, api, state: pid === undefined ? 'down' : 'up', ...(pid === undefined ? {} : { pid }) };
}
