import type { QueueIdentity, QueueType } from './queue-port.ts';

/** What does not change in the life of a queue, for every type of queue. */
export abstract class NamedQueue implements QueueIdentity {
  readonly name: string;
  readonly type: QueueType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly owner: object | undefined;
  readonly arguments: QueueIdentity['arguments'];

  /** Messages that came, since the broker began to run; those that it refused are not among them. */
  published = 0;
  /** Messages that went to clients, each as often as it did. */
  delivered = 0;

  constructor(identity: QueueIdentity) {
    this.name = identity.name;
    this.type = identity.type;
    this.durable = identity.durable;
    this.autoDelete = identity.autoDelete;
    this.owner = identity.owner;
    this.arguments = identity.arguments;
  }
}
