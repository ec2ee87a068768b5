import fc from 'fast-check';
import { argumentsIdentity } from '../../../src/routing/comparable-value.ts';
import { HeadersRouter } from '../../../src/routing/headers-router.ts';
import { matchHeaders } from '../../../src/routing/match-headers.ts';
import { routed, routesLike } from './routed.ts';
import { anyArguments, byte, PRESENT, text } from './typed-values.ts';

describe('a headers router', () => {
  test('routes like the rule itself, whatever was added and removed', () => {
    routesLike('headers', anyArguments, (binding, _key, headers) => matchHeaders(binding.args, headers));
  });

  test('files nothing any more when all bindings are gone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyArguments, { selector: argumentsIdentity, maxLength: 20 }), (bindings) => {
        const router = new HeadersRouter<string>();
        for (const args of bindings) router.add('', args, 'q');
        for (const args of bindings) router.remove('', args, 'q');
        expect(router.filedCount).toBe(0);
      }),
    );
  });

  test('a binding is removed by arguments of the same types only, in any order', () => {
    const router = new HeadersRouter<string>();
    router.add(
      '',
      [
        ['a', byte(1)],
        ['b', text('x')],
      ],
      'q',
    );
    router.remove(
      '',
      [
        ['a', { type: 'long', value: 1n }],
        ['b', text('x')],
      ],
      'q',
    );
    router.remove('', [['a', byte(1)]], 'q');
    expect(
      routed(router, '', [
        ['a', byte(1)],
        ['b', text('x')],
      ]),
    ).toEqual(['q']);
    router.remove(
      '',
      [
        ['b', text('x')],
        ['a', byte(1)],
      ],
      'q',
    );
    expect(
      routed(router, '', [
        ['a', byte(1)],
        ['b', text('x')],
      ]),
    ).toEqual([]);
  });

  test('a header that most bindings want does not hide those that want another as well', () => {
    const router = new HeadersRouter<string>();
    for (let i = 0; i < 5; i++)
      router.add(
        '',
        [
          ['kind', text('order')],
          ['id', byte(i)],
        ],
        `q${i}`,
      );
    router.add('', [['kind', text('order')]], 'all');
    router.add('', [['id', PRESENT]], 'with id');
    expect(
      routed(router, '', [
        ['kind', text('order')],
        ['id', byte(3)],
      ]),
    ).toEqual(['all', 'q3', 'with id']);
    expect(routed(router, '', [['id', byte(3)]])).toEqual(['with id']);
  });
});
