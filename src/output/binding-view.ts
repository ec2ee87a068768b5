import { escapeLine } from './escape.ts';

/** A binding with its arguments in the form of JSON. */
export interface ShownBinding {
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: unknown;
}

/** `orders -> queue eu, key order.eu.#, arguments {"x-match":"all"}`. */
export function bindingView(binding: ShownBinding, ascii: boolean): string {
  const { source, destination, destinationType, routingKey, arguments: table } = binding;
  const json = JSON.stringify(table);
  const parts = [
    `${escapeLine(source)} ${ascii ? '->' : '→'} ${destinationType} ${escapeLine(destination)}`,
    ...(routingKey === '' && json !== '{}' ? [] : [`key ${routingKey === '' ? "''" : escapeLine(routingKey)}`]),
    ...(json === '{}' ? [] : [`arguments ${escapeLine(json)}`]),
  ];
  return parts.join(', ');
}

/** What `bind` or `unbind` did: a line for each binding. */
export function bindingsView(did: 'bound' | 'unbound', bindings: readonly ShownBinding[], ascii: boolean): string {
  return bindings.map((binding) => `${did === 'bound' ? did : 'not bound (any more):'} ${bindingView(binding, ascii)}`).join('\n');
}
