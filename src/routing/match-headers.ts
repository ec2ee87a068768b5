import { RoutedHeaders, readHeadersBinding } from './headers-binding.ts';
import type { Headers } from './typed-value.ts';

/**
 * Whether a headers binding takes a message, as in RabbitMQ 4: all that the binding wants must match, or with x-match `any` one of
 * them. A binding that wants nothing takes everything, and with `any` nothing. The rule itself, without an index.
 */
export function matchHeaders(bindingArguments: Headers, headers: Headers): boolean {
  const { any, wanted } = readHeadersBinding(bindingArguments);
  const message = new RoutedHeaders(headers);
  return any ? wanted.some((header) => message.has(header)) : wanted.every((header) => message.has(header));
}
