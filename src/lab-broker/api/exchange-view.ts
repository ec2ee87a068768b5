import type { Exchange } from '../entities/exchange.ts';
import { plainTable } from './plain-value.ts';

/** An exchange as JSON. */
export interface ExchangeDocument {
  readonly name: string;
  readonly vhost: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: Record<string, unknown>;
  readonly user_who_performed_action: string;
  /** Absent where no policy matches. */
  readonly policy?: string;
}

export function exchangeView(
  vhost: string,
  { name, type, durable, autoDelete, internal, arguments: table, settings }: Exchange,
): ExchangeDocument {
  return {
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    internal,
    arguments: plainTable(table),
    user_who_performed_action: 'guest',
    ...(settings.policies.policy === undefined ? {} : { policy: settings.policies.policy }),
  };
}

/** The name of the exchange that a path means: the default exchange has none that a path could hold. */
export function exchangeName(part = ''): string {
  return part === 'amq.default' ? '' : part;
}
