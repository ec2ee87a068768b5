import { Pace, type RateStep } from '../../../src/bench/pace.ts';

const due = (steps: readonly RateStep[], count: number) => {
  const pace = new Pace(steps);
  return Array.from({ length: count }, (_, i) => pace.dueAt(i) / 1e9);
};

describe('when messages are due', () => {
  test('at one rate: evenly, for ever', () => {
    expect(due([{ rate: 4, seconds: 1 }], 6)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
  });

  test('at changing rates: step by step, and from the beginning again', () => {
    const steps = [
      { rate: 2, seconds: 1 },
      { rate: 0, seconds: 2 },
      { rate: 4, seconds: 0.5 },
    ];
    expect(due(steps, 9)).toEqual([0, 0.5, 3, 3.25, 3.5, 4, 6.5, 6.75, 7]);
  });

  test('never goes back, however long it goes on', () => {
    const all = due(
      [
        { rate: 3, seconds: 1.7 },
        { rate: 7, seconds: 0.3 },
      ],
      1_000,
    );
    expect(all.every((at, i) => i === 0 || at >= (all[i - 1] ?? 0))).toBe(true);
  });

  test('nothing that is ever due is refused', () => {
    expect(() => new Pace([{ rate: 0, seconds: 1 }])).toThrow(RangeError);
    expect(
      () =>
        new Pace([
          { rate: 1, seconds: 0.5 },
          { rate: 0, seconds: 1 },
        ]),
    ).toThrow(RangeError);
  });
});
