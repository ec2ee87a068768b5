type Comparison = (difference: number) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '>=': (difference) => difference >= 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '<': (difference) => difference < 0,
  '=': (difference) => difference === 0,
};

const CONDITION = /^(>=|<=|>|<|=)\s*(\d+(?:\.\d+){0,2})$/;

/** Whether `text` is a condition on a version: `>=4.0`, `<4.3`, or several with blanks between, which must all hold. */
export function isVersionCondition(text: string): boolean {
  const parts = conditionsOf(text);
  return parts.length > 0 && parts.every((part) => CONDITION.test(part));
}

/** Whether the version (`4.0.5`; what follows the numbers is ignored) meets the condition. Only as many numbers as the condition names count. */
export function meetsVersion(version: string, condition: string): boolean {
  return conditionsOf(condition).every((part) => {
    const [, operator = '', wanted = ''] = CONDITION.exec(part) ?? [];
    const compare = COMPARISONS[operator];
    return compare?.(compareNumbers(version, wanted)) ?? false;
  });
}

function conditionsOf(text: string): string[] {
  return text
    .replace(/([<>=])\s+(?=\d)/g, '$1')
    .split(/\s+/)
    .filter((part) => part !== '');
}

function compareNumbers(version: string, wanted: string): number {
  const have = version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);
  for (const [index, want] of wanted.split('.').map(Number).entries()) {
    const difference = (have[index] ?? 0) - want;
    if (difference !== 0) return difference;
  }
  return 0;
}
