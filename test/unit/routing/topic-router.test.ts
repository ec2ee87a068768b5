import fc from 'fast-check';
import { matchTopic } from '../../../src/routing/match-topic.ts';
import { TopicRouter } from '../../../src/routing/topic-router.ts';
import { routed, routesLike } from './routed.ts';
import { anyKey } from './typed-values.ts';

describe('a topic router', () => {
  test('routes like the rule itself, whatever was added and removed', () => {
    routesLike('topic', fc.constant([]), (binding, key) => matchTopic(binding.routingKey, key));
  });

  test('is an empty tree again when all bindings are gone, and keeps no branch that leads nowhere', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyKey, { maxLength: 30 }), fc.uniqueArray(anyKey, { maxLength: 10 }), (going, staying) => {
        const router = new TopicRouter<string>();
        for (const key of staying) router.add(key, [], 'stays');
        const branches = router.branchCount;
        for (const key of going) router.add(key, [], 'goes');
        for (const key of going) router.remove(key, [], 'goes');
        expect(router.branchCount).toBe(branches);
        for (const key of staying) router.remove(key, [], 'stays');
        expect(router.branchCount).toBe(0);
      }),
    );
  });

  test('bindings of one destination are removed one by one, and what is not there is passed over', () => {
    const router = new TopicRouter<string>();
    router.add('a.*', [], 'q');
    router.add('a.*', [['x', { type: 'byte', value: 1 }]], 'q');
    router.add('a.#', [], 'q');
    router.remove('a.*', [], 'q');
    router.remove('a.*', [], 'other');
    router.remove('a', [], 'q');
    router.remove('a.#.c', [], 'q');
    expect(routed(router, 'a')).toEqual(['q']);
    expect(routed(router, 'a.b')).toEqual(['q']);
    router.remove('a.#', [], 'q');
    expect(routed(router, 'a')).toEqual([]);
    expect(routed(router, 'a.b')).toEqual(['q']);
    router.remove('a.*', [['x', { type: 'byte', value: 1 }]], 'q');
    expect(routed(router, 'a.b')).toEqual([]);
  });

  test('no patterns and no key make it slow: a branch is followed once a word', () => {
    const router = new TopicRouter<string>();
    for (let length = 1; length <= 60; length++) {
      router.add(`${'#.'.repeat(2 * length)}x`, [], `x${length}`);
      router.add(`${'#.*.'.repeat(length)}x`, [], `y${length}`);
      router.add(`${'#.a.'.repeat(length)}b`, [], `b${length}`);
    }
    expect(routed(router, '.'.repeat(255))).toEqual([]);
    expect(routed(router, `${'a.'.repeat(127)}b`)).toHaveLength(60);
    expect(routed(router, `${'a.'.repeat(127)}x`)).toHaveLength(120);
  });

  test('a message leaves no trace for the next', () => {
    const router = new TopicRouter<string>();
    router.add('a.#', [], 'q');
    expect(routed(router, 'a.b')).toEqual(['q']);
    expect(routed(router, 'b')).toEqual([]);
    expect(routed(router, 'b.b')).toEqual([]);
  });
});
