import { type WatchedQueue, watchLines } from '../../../src/output/watch-view.ts';

const queue = (name: string, more: Partial<WatchedQueue> = {}): WatchedQueue => ({
  ...{ name, type: 'classic', ready: 0, unacked: 0, consumers: 0, in: 0, out: 0, history: [] },
  ...more,
});
const display = { color: false, ascii: false, columns: 80 };

describe('a frame of watched queues', () => {
  test('rates are whole when they are high, and unknown ones say so; the trend grows to the highest', () => {
    const history = [0, 1, 4, 8];
    const queues = [queue('orders', { ready: 8, in: 1234.5, out: 2.25, history }), queue('b', { in: undefined, out: undefined })];
    expect(watchLines({ title: 'queues', queues }, { ...display, columns: 90, rows: 10 })).toEqual([
      'queues',
      'queue     type     ready  unacked  consumers  in/s  out/s  ready, lately',
      'orders    classic      8        0          0  1235    2.3  ▁▂▅█',
      'b         classic      0        0          0     ?      ?',
    ]);
  });

  test('no line is wider than the screen, and there are no more of them than fit', () => {
    for (let columns = 20; columns < 120; columns++) {
      const queues = Array.from({ length: 30 }, (_, i) =>
        queue(`a-long-name-of-a-queue-${i}`, { ready: 10 ** (i % 9), history: Array(60).fill(i) }),
      );
      const lines = watchLines({ title: 't'.repeat(200), queues, remark: 'r'.repeat(200) }, { ...display, columns, rows: 12 });
      expect(lines).toHaveLength(11);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(columns);
      expect(lines.at(-2)).toContain('more'.slice(0, columns - 3));
    }
  });

  test('a name cannot do anything to the terminal', () => {
    expect(watchLines({ title: '', queues: [queue('a\x1b[2Jb')] }, display)[2]).toContain('a\\x1b[2Jb');
  });
});
