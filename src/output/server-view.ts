import type { ServerInfo } from '../client/broker.ts';

/** A broker by its name and version: `RabbitMQ 4.0.5`, or `lab broker (as RabbitMQ 4.3.6)`, which is the one that it behaves as. */
export function serverView({ product, version, lab }: ServerInfo): string {
  return lab ? `lab broker (as ${product} ${version})` : `${product} ${version}`;
}
