import { BrokerFault } from '../faults.ts';
import { LONGEST_EXPIRY } from './queue-arguments.ts';

/** The milliseconds of an `expiration` property. @throws BrokerFault where it is none, as RabbitMQ words it. */
export function parseExpiration(expiration: string): number {
  const [, digits, rest = ''] = /^([+-]?\d+)(.*)$/s.exec(expiration) ?? [];
  const value = Number(digits);
  const reason = reasonAgainst(digits, rest, value);
  if (reason !== undefined) throw new BrokerFault('invalid-expiration', { expiration, reason });
  return value;
}

function reasonAgainst(digits: string | undefined, rest: string, value: number): string | undefined {
  if (digits === undefined) return 'no_integer';
  if (rest !== '') return `{leftover_string,"${rest}"}`;
  if (value < 0) return `{value_negative,${value}}`;
  return value > LONGEST_EXPIRY ? `{value_too_large,${value}}` : undefined;
}
