import type { RunningBroker } from '../engines/engine.ts';
import { serverView } from './server-view.ts';

/** A broker that was brought up, in lines of `name: value`. */
export function brokerView({ url, api, pid, version, lesson }: RunningBroker): string {
  return [
    `broker:      ${serverView({ product: 'RabbitMQ', version, lab: true })}`,
    `url:         ${url}`,
    `management:  ${api}`,
    `process:     ${pid}`,
    ...(lesson === undefined ? [] : [`lesson:      ${lesson.id}, in the vhost ${lesson.vhost}; it ends with it`]),
  ].join('\n');
}

/** The same as a document: what is kept between runs and concerns nobody else is left out. */
export function brokerDocument({ engine, url, api, pid, version, lesson }: RunningBroker): object {
  return { engine, url, api, pid, version, ...(lesson === undefined ? {} : { lesson }) };
}
