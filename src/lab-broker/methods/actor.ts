import type { ConnectionHost } from '../connection-host.ts';
import type { Vhost } from '../entities/vhost.ts';
import type { Rights } from '../rights.ts';

/** Whoever changes something in a virtual host: a channel, or the management API for its user. */
export interface Actor {
  readonly vhost: Vhost;
  /** Also the owner of its exclusive queues. */
  readonly connection: {
    readonly rights: Pick<Rights, 'require' | 'requireAny' | 'requireTopic'>;
    readonly host: Pick<ConnectionHost, 'realm' | 'strict'>;
  };
}
