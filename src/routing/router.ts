import type { Headers } from './typed-value.ts';

/** Finds the destinations of messages by the bindings of one exchange. `D` is whatever the caller binds; it is compared by identity. */
export interface Router<D> {
  /** Adds a binding. The caller knows that it is new: another source, destination, key or arguments than any before. */
  add(routingKey: string, bindingArguments: Headers, destination: D): void;
  /** Removes a binding, named by what it was added with. One that is not there is passed over. */
  remove(routingKey: string, bindingArguments: Headers, destination: D): void;
  /**
   * Adds the destinations of a message to `found`: a set, since a destination gets one copy however many bindings lead to it.
   * `headers` is called by headers exchanges only, and by them only when a binding looks at headers.
   */
  route(routingKey: string, headers: () => Headers, found: Set<D>): void;
}
