import type { BenchFailure } from '../bench/fail-if.ts';
import { countText, latencyText, roundBytesText } from './quantity.ts';

/** What came true that must not: `p99 is 9.90 ms (p99>5ms)`. */
export function benchConditionView(failures: readonly BenchFailure[], ascii: boolean): string {
  return failures
    .map(({ condition: { metric, text }, measured }) => {
      const value = measured === undefined ? 'not measured' : valueText(metric.unit, measured, ascii);
      return `${metric.name} is ${value} (${text})`;
    })
    .join('; ');
}

function valueText(unit: BenchFailure['condition']['metric']['unit'], value: number, ascii: boolean): string {
  switch (unit) {
    case 'messages':
      return countText(value);
    case 'messages a second':
      return `${countText(value)}/s`;
    case 'bytes a second':
      return `${roundBytesText(value)}/s`;
    case 'latency':
      return latencyText(value, ascii);
    case 'share':
      return `${Math.round(value * 100)} %`;
  }
}
