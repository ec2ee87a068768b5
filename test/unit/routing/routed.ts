import fc from 'fast-check';
import { argumentsIdentity } from '../../../src/routing/comparable-value.ts';
import { createRouter, type ExchangeType } from '../../../src/routing/exchange-types.ts';
import type { Router } from '../../../src/routing/router.ts';
import type { Headers } from '../../../src/routing/typed-value.ts';
import { anyHeaders, anyKey } from './typed-values.ts';

export interface Binding {
  readonly routingKey: string;
  readonly args: Headers;
  readonly destination: string;
}

/** The destinations of a message, sorted. */
export function routed(router: Router<string>, routingKey: string, headers: Headers = []): string[] {
  const found = new Set<string>();
  router.route(routingKey, () => headers, found);
  return [...found].sort();
}

/**
 * Holds a router to a rule: bindings come and go at random, several of them to one destination, and after each change the
 * destinations of random messages must be those of the bindings that the rule says match.
 */
export function routesLike(
  type: ExchangeType,
  args: fc.Arbitrary<Headers>,
  rule: (binding: Binding, key: string, headers: Headers) => boolean,
): void {
  const anyBinding = fc.record({ routingKey: anyKey, args, destination: fc.constantFrom('q1', 'q2', 'q3', 'q4', 'q5') });
  const change = fc.oneof(anyBinding, fc.nat(20));
  const messages = fc.array(fc.tuple(anyKey, anyHeaders), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(change, messages), { maxLength: 30, size: 'max' }), (steps) => {
      const router = createRouter<string>(type);
      const bindings = new Map<string, Binding>();
      for (const [step, sent] of steps) {
        apply(router, bindings, step);
        for (const [key, headers] of sent) {
          const expected = [...bindings.values()].filter((binding) => rule(binding, key, headers)).map(({ destination }) => destination);
          expect(routed(router, key, headers)).toEqual([...new Set(expected)].sort());
        }
      }
    }),
    { numRuns: 300 },
  );
}

/** A binding is added unless it is there already, a number removes the binding at that place. */
function apply(router: Router<string>, bindings: Map<string, Binding>, step: Binding | number): void {
  if (typeof step === 'number') {
    const [identity, binding] = [...bindings][step] ?? [];
    if (identity === undefined || binding === undefined) return;
    bindings.delete(identity);
    router.remove(binding.routingKey, binding.args, binding.destination);
    return;
  }
  const identity = JSON.stringify([step.routingKey, argumentsIdentity(step.args), step.destination]);
  if (bindings.has(identity)) return;
  bindings.set(identity, step);
  router.add(step.routingKey, step.args, step.destination);
}
