import { CONNECTION_METHODS } from './connection-methods.ts';
import { MESSAGE_METHODS } from './message-methods.ts';
import { TOPOLOGY_METHODS } from './topology-methods.ts';

/**
 * All methods of AMQP 0-9-1 and of RabbitMQ's extensions to it. Types, codec, property tests and the test client are made of this
 * table. `ticket` and `reserved…` mean nothing any more and are zero.
 */
export const METHODS = [...CONNECTION_METHODS, ...TOPOLOGY_METHODS, ...MESSAGE_METHODS] as const;
