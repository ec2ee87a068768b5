import fc from 'fast-check';
import { createRouter, type ExchangeType } from '../../../src/routing/exchange-types.ts';
import { routed, routesLike } from './routed.ts';
import { byte } from './typed-values.ts';

const TYPES: readonly ExchangeType[] = ['direct', 'fanout', 'topic', 'headers'];

describe('routers', () => {
  test('direct routes by the exact key', () => {
    routesLike('direct', fc.constant([]), (binding, key) => binding.routingKey === key);
  });

  test('direct tells upper case from lower and takes wildcards for letters', () => {
    const router = createRouter<string>('direct');
    router.add('Red', [], 'capital');
    router.add('red', [], 'small');
    router.add('#', [], 'hash');
    expect(routed(router, 'red')).toEqual(['small']);
    expect(routed(router, '#')).toEqual(['hash']);
  });

  test('fanout routes everything', () => {
    routesLike('fanout', fc.constant([]), () => true);
  });

  test.each(TYPES)('%s: a destination that is bound twice stays until the second binding goes', (type) => {
    const router = createRouter<string>(type);
    const args = type === 'headers' ? [] : [['a', byte(1)] as const];
    router.add('k', [], 'q');
    router.add(type === 'headers' ? 'k2' : 'k', args, 'q');
    router.remove('k', [], 'q');
    expect(routed(router, 'k')).toEqual(['q']);
    router.remove(type === 'headers' ? 'k2' : 'k', args, 'q');
    expect(routed(router, 'k')).toEqual([]);
    router.remove('k', [], 'q');
    expect(routed(router, 'k')).toEqual([]);
  });

  test.each(TYPES)('%s: adds to what was found before', (type) => {
    const router = createRouter<string>(type);
    router.add('k', [], 'q');
    const found = new Set(['earlier']);
    router.route('k', () => [], found);
    expect([...found]).toEqual(['earlier', 'q']);
  });

  test.each(TYPES)('%s: headers are read only when a binding looks at them', (type) => {
    const router = createRouter<string>(type);
    router.add('k', [], 'q');
    let reads = 0;
    const headers = () => {
      reads++;
      return [];
    };
    router.route('k', headers, new Set());
    expect(reads).toBe(0);
    router.add('k', [['a', byte(1)]], 'q');
    router.route('k', headers, new Set());
    const once = type === 'headers' ? 1 : 0;
    expect(reads).toBe(once);
    router.remove('k', [['a', byte(1)]], 'q');
    router.route('k', headers, new Set());
    expect(reads).toBe(once);
  });
});
