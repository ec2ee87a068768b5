import { argumentsIdentity } from './comparable-value.ts';
import { Destinations } from './destinations.ts';
import { type HeadersBinding, RoutedHeaders, readHeadersBinding, type WantedHeader } from './headers-binding.ts';
import type { Router } from './router.ts';
import type { Headers } from './typed-value.ts';

/** Bindings with the same arguments: they match together. */
interface Group<D> {
  readonly binding: HeadersBinding;
  readonly destinations: Destinations<D>;
  /** The wanted headers under which the group is filed. */
  readonly filedUnder: readonly WantedHeader[];
}

/**
 * Routes by headers. A message looks at those bindings only that want one of its headers with its value: bindings with `any` are
 * filed under each header they want, the others under one of them.
 */
export class HeadersRouter<D> implements Router<D> {
  readonly #groups = new Map<string, Group<D>>();
  /** By name and comparable value of a header; undefined in place of the value: it need only be there. */
  readonly #index = new Map<string, Map<string | undefined, Set<Group<D>>>>();
  /** The groups that want nothing, and so take every message. */
  readonly #unconditional = new Set<Group<D>>();

  /** How many entries the index has: none when all bindings are gone. */
  get filedCount(): number {
    const filed = [...this.#index.values()].flatMap((byValue) => [...byValue.values()]);
    return filed.reduce((count, groups) => count + groups.size, this.#unconditional.size);
  }

  add(_routingKey: string, bindingArguments: Headers, destination: D): void {
    const identity = argumentsIdentity(bindingArguments);
    let group = this.#groups.get(identity);
    if (group === undefined) {
      const binding = readHeadersBinding(bindingArguments);
      group = { binding, destinations: new Destinations(), filedUnder: binding.any ? binding.wanted : this.#rarest(binding.wanted) };
      this.#groups.set(identity, group);
      this.#file(group);
    }
    group.destinations.add(destination);
  }

  remove(_routingKey: string, bindingArguments: Headers, destination: D): void {
    const identity = argumentsIdentity(bindingArguments);
    const group = this.#groups.get(identity);
    if (group === undefined) return;
    group.destinations.remove(destination);
    if (!group.destinations.isEmpty) return;
    this.#groups.delete(identity);
    this.#unfile(group);
  }

  route(_routingKey: string, headers: () => Headers, found: Set<D>): void {
    for (const group of this.#unconditional) group.destinations.addTo(found);
    if (this.#index.size === 0) return;
    const message = new RoutedHeaders(headers());
    for (const name of message.names()) {
      const byValue = this.#index.get(name);
      if (byValue === undefined) continue;
      routeTo(byValue.get(undefined), message, found);
      routeTo(byValue.get(message.comparable(name)), message, found);
    }
  }

  /** The one wanted header that the fewest bindings so far are filed under: a header that all of them want would find nothing out. */
  #rarest(wanted: readonly WantedHeader[]): readonly WantedHeader[] {
    const [first, ...others] = wanted;
    if (first === undefined) return [];
    const filed = ({ name, comparable }: WantedHeader) => this.#index.get(name)?.get(comparable)?.size ?? 0;
    return [others.reduce((rarest, header) => (filed(header) < filed(rarest) ? header : rarest), first)];
  }

  #file(group: Group<D>): void {
    if (!group.binding.any && group.filedUnder.length === 0) this.#unconditional.add(group);
    for (const { name, comparable } of group.filedUnder) {
      const byValue = this.#index.get(name) ?? new Map<string | undefined, Set<Group<D>>>();
      const groups = byValue.get(comparable) ?? new Set<Group<D>>();
      this.#index.set(name, byValue.set(comparable, groups.add(group)));
    }
  }

  #unfile(group: Group<D>): void {
    this.#unconditional.delete(group);
    for (const { name, comparable } of group.filedUnder) {
      const byValue = this.#index.get(name);
      const groups = byValue?.get(comparable);
      groups?.delete(group);
      if (groups?.size === 0) byValue?.delete(comparable);
      if (byValue?.size === 0) this.#index.delete(name);
    }
  }
}

function routeTo<D>(groups: ReadonlySet<Group<D>> | undefined, message: RoutedHeaders, found: Set<D>): void {
  if (groups === undefined) return;
  for (const { binding, destinations } of groups) {
    if (binding.any || binding.wanted.every((header) => message.has(header))) destinations.addTo(found);
  }
}
