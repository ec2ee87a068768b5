import { DirectRouter } from './direct-router.ts';
import { FanoutRouter } from './fanout-router.ts';
import { HeadersRouter } from './headers-router.ts';
import type { Router } from './router.ts';
import { TopicRouter } from './topic-router.ts';

/** The exchange types that every RabbitMQ has. */
export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';

/** A router without bindings. The default exchange is a direct one. */
export function createRouter<D>(type: ExchangeType): Router<D> {
  switch (type) {
    case 'direct':
      return new DirectRouter();
    case 'fanout':
      return new FanoutRouter();
    case 'topic':
      return new TopicRouter();
    case 'headers':
      return new HeadersRouter();
  }
}
