import { spawnSync } from 'node:child_process';

/** Debian's Python, for which its package python3-pika is. */
export const PYTHON = '/usr/bin/python3';

/** Why a test of Python programs cannot run here; undefined when it can. */
export function pythonMissing(module?: 'pika'): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', module === undefined ? '' : `import ${module}`]);
  if (status === 0) return undefined;
  return module === undefined ? `no ${PYTHON}` : `no ${module} for ${PYTHON} (scripts/suites/run --install pika)`;
}
